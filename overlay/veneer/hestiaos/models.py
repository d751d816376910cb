"""What HestiaOS answers: `from veneer.hestiaos.models import RunResponse`."""

from veneer._platforms.hestiaos_models import ErrorResponse, HealthResponse, RunResponse, TraceResponse

__all__ = ["ErrorResponse", "HealthResponse", "RunResponse", "TraceResponse"]
