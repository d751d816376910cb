"""The models of HestiaOS's responses: `from veneer.hestiaos.models import RunResponse`."""

from veneer_generated.hestiaos.models import ErrorResponse, HealthResponse, RunResponse, TraceResponse

__all__ = ["ErrorResponse", "HealthResponse", "RunResponse", "TraceResponse"]
