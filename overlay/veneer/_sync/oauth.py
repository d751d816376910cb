# Derived from overlay/veneer/_async/oauth.py by scripts/unasync.py: edit that file, not this one.
"""Fetch tokens from an authorization server over a client's own connections."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from veneer import _io
from veneer._core.call import Call, Operation
from veneer._core.errors import ConfigurationError, DeadlineExceededError, TokenError, VeneerError
from veneer._core.oauth import (
    LoginPrompt,
    OAuth2,
    Token,
    authorization_address,
    code_of,
    device_request,
    discovered,
    discovery_address,
    read_discovery,
    read_token,
    server_time,
    signed_assertion,
    token_request,
)
from veneer._core.options import Options
from veneer._core.redact import Secret

if TYPE_CHECKING:
    import httpx

    from veneer._sync.session import Session

__all__ = ["Tokens"]

_SECONDS = 60.0
_POLL = 5.0
_SLOWER = 5.0
_LOOK_UP = 0.02
# With clocks this far apart, a server may refuse an assertion for its time.
_APART = 5.0
_WAITING = {"authorization_pending": 0.0, "slow_down": _SLOWER}


class Tokens:
    """The tokens of one flow. Each `fetch` is one grant; its caller decides when to renew."""

    def __init__(self, flow: OAuth2, session: Session) -> None:
        self._flow = flow
        self._session = session
        self._refresh = flow.refresh_token if isinstance(flow.refresh_token, Secret) else None
        self._issuer = ""
        self._apart = 0.0
        self._anew = False
        self.known = flow.known()

    def forget(self) -> None:
        """Use the flow's own grant next time, even if there is a refresh token."""
        self._anew = True

    def clock(self) -> float:
        """Return the client's monotonic time, in seconds."""
        return self._session.clock()

    def fetch(self) -> Token:
        """Fetch a token: by the refresh token if there is one, else by the flow's own grant.

        Raises TokenError if the server issues none, ConfigurationError for a flow that cannot work.
        """
        try:
            flow = self._with_endpoints()
            flow.check()
            token = self._granted(flow)
        except (TokenError, ConfigurationError, DeadlineExceededError):
            raise
        except VeneerError as error:
            failure = TokenError(f"no token: {error.message}", retry_after=error.retry_after)
            failure.attempts = error.attempts
            raise failure from None
        if token.refresh is not None and token.refresh != self._refresh:
            self._refresh, self._anew = token.refresh, False
            self.known.append(token.refresh.reveal())
            if flow.store is not None:
                _io.run(flow.store.save, token.refresh.reveal())
        return token

    def _granted(self, flow: OAuth2) -> Token:
        held = None if self._anew else self._refresh
        if held is None and flow.store is not None and not self._anew:
            kept = _io.run(flow.store.load)
            held = Secret(kept) if kept else None
            self.known += [kept] if kept else []
        if held is not None:
            try:
                return self._token(flow, "refresh_token", refresh_token=held.reveal())
            except TokenError as error:
                if error.code not in {"invalid_grant", "invalid_token"} or flow.way == "refresh_token":
                    raise
                self._refresh = None  # it was revoked or is too old: start over
        match flow.way:
            case "client_credentials":
                return self._token(flow, "client_credentials")
            case "jwt_bearer":
                return self._asserted(flow)
            case "device_code":
                return self._on_another_device(flow)
            case "authorization_code":
                return self._in_a_browser(flow)
        raise TokenError("there is no refresh token: log in first")

    # -- grants ------------------------------------------------------------------------------------------------

    def _token(self, flow: OAuth2, grant: str, **more: str) -> Token:
        headers, body = token_request(flow, grant, **more)
        # A refresh token or code may work only once: its request is not retried if it may have arrived.
        safe = grant in {"client_credentials", "jwt_bearer"}
        url = (grant == "refresh_token" and flow.refresh_url) or flow.token_url
        response = self._post(url, headers, body, safe=safe)
        return read_token(_json_of(response), server_time(response.headers), self.known)

    def _asserted(self, flow: OAuth2) -> Token:
        before = self._apart
        try:
            return self._token(flow, "jwt_bearer", assertion=self._assertion(flow))
        except TokenError:
            if abs(self._apart - before) < _APART:
                raise
        # The assertion's times were this machine's, and the server's clock differs.
        return self._token(flow, "jwt_bearer", assertion=self._assertion(flow))

    def _assertion(self, flow: OAuth2) -> str:
        apart = self._apart if abs(self._apart) >= _APART else 0.0
        now = int(self._session.wall() + apart)
        return signed_assertion(flow, now, secrets.token_urlsafe(16))

    def _on_another_device(self, flow: OAuth2) -> Token:
        headers, body = device_request(flow)
        response = self._post(flow.device_url, headers, body, safe=True)
        answer = _json_of(response)
        code, user_code = _member(answer, "device_code"), _member(answer, "user_code")
        self.known.append(code)
        begun, lasts = self.clock(), float(answer.get("expires_in") or 600)
        url = str(answer.get("verification_uri_complete") or _member(answer, "verification_uri"))
        self._ask(flow, LoginPrompt(url, user_code, lasts))
        every = float(answer.get("interval") or _POLL)
        while self.clock() - begun + every < lasts:
            self._session.sleep(every)
            try:
                return self._token(flow, "device_code", device_code=code)
            except TokenError as error:
                if error.code not in _WAITING:
                    raise
                every += _WAITING[error.code]
        raise TokenError("nobody entered the code in time: begin again", code="expired_token")

    def _in_a_browser(self, flow: OAuth2) -> Token:
        from veneer._loopback import Loopback

        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        with Loopback(flow.redirect_path, state) as browser:
            self._ask(flow, LoginPrompt(authorization_address(flow, browser.redirect, state, verifier)))
            while browser.answer is None:
                _io.sleep(_LOOK_UP)
            code = code_of(browser.answer, state, self._issuer)
        self.known.append(code)
        return self._token(
            flow, "authorization_code", code=code, redirect_uri=browser.redirect, code_verifier=verifier
        )

    def _ask(self, flow: OAuth2, login: LoginPrompt) -> None:
        if flow.prompt is None:
            raise ConfigurationError("OAuth2 needs a person: pass prompt=, which is called with what to do")
        _io.tell(flow.prompt, login)

    # -- requests ----------------------------------------------------------------------------------------------

    def _with_endpoints(self) -> OAuth2:
        if not self._flow.issuer or (self._issuer and self._flow.token_url):
            return self._flow
        response = self._send(Call(_operation("discovery", "get"), "GET", discovery_address(self._flow.issuer), credentials=False, absolute=True))  # fmt: skip
        found = read_discovery(_json_of(response), self._flow.issuer)
        self._issuer = found.issuer
        self._flow = discovered(self._flow, found)
        return self._flow

    def _post(self, url: str, headers: Mapping[str, str], body: bytes, *, safe: bool) -> httpx.Response:
        """Send a form; an error that the server explains counts as a response."""
        operation = _operation("token", "post", safe=safe)
        call = Call(operation, "POST", url, headers=headers, content=body, credentials=False, absolute=True)
        try:
            return self._send(call)
        except VeneerError as error:
            response = error.response
            if response is None or response.status_code not in {400, 401, 403, 428}:
                raise
            self._note_time(response)
            explained = response
        return explained

    def _send(self, call: Call) -> httpx.Response:
        options = Options(base_url=_origin(call.target), deadline=_SECONDS)
        response = (self._session.exchange(call, options)).parsed.response
        self._note_time(response)
        return response

    def _note_time(self, response: httpx.Response) -> None:
        theirs = server_time(response.headers)
        if theirs is not None:
            self._apart = theirs - self._session.wall()


def _operation(name: str, method: str, *, safe: bool = True) -> Operation:
    return Operation(id=name, method=method, security=(), safe=safe)


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _json_of(response: httpx.Response) -> Any:
    from veneer._core.responses import NOT_JSON, Parsed

    found = Parsed(response).payload
    return None if found is NOT_JSON else found


def _member(answer: Any, name: str) -> str:
    found = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(found, str) or not found:
        code = answer.get("error") if isinstance(answer, Mapping) else None
        said = f"refused: {code}" if isinstance(code, str) else f"gave no {name}: check device_url"
        raise TokenError(f"the authorization server {said}", code=code if isinstance(code, str) else None)
    return found
