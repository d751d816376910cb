"""Emulate hybriDB's tokens, API keys, identities and memberships."""

from __future__ import annotations

from typing import Final

from veneer_sandbox.operations import moment
from veneer_sandbox.responses import Refusal, Response
from veneer_sandbox.store import Doc, parse_iso
from veneer_sandbox.web import Request

from .common import audit, ok, operation

TOKEN_LIFETIME_S: Final = 3600
# The user whose password the sandbox knows.
USER: Final = {"email": "demo@stellrai.test", "password": "sandbox-password"}


# Tokens and keys


def _token_pair(request: Request, actor: str) -> Response:
    access, refresh = request.store.new_id("hdbt_", 16), request.store.new_id("hdbr_", 16)
    expires = request.clock.now() + TOKEN_LIFETIME_S
    request.store.put("hybridb.key", access, {"actorId": actor, "expires": expires, "refresh": refresh})
    request.store.put("hybridb.refresh", refresh, {"actorId": actor})
    request.effect("token.issued")
    return ok({"accessToken": access, "refreshToken": refresh, "expiresIn": TOKEN_LIFETIME_S})


@operation
def create_token(request: Request) -> Response:
    """Exchange the demo user's password for a token pair."""
    if (request.data["email"], request.data["password"]) != (USER["email"], USER["password"]):
        raise Refusal(401, "UNAUTHORIZED", "Wrong email or password")
    return _token_pair(request, "user:demo")


@operation
def refresh_token(request: Request) -> Response:
    """Exchange a refresh token for a new pair, once."""
    known = request.store.get("hybridb.refresh", request.data["refreshToken"])
    if known is None:
        raise Refusal(401, "UNAUTHORIZED", "The refresh token is not valid or was used")
    request.store.remove("hybridb.refresh", request.data["refreshToken"])
    return _token_pair(request, known["actorId"])


@operation
def revoke_token(request: Request) -> Response:
    """Revoke this token and its refresh token; an API key is not a token and stays valid."""
    token = request.bearer() or ""
    if "refresh" in request.who:
        request.store.put("hybridb.key", token, {**request.who, "revoked": True})
        request.store.remove("hybridb.refresh", request.who["refresh"])
        request.effect("token.revoked")
    return Response(status=204)


@operation
def create_api_key(request: Request) -> Response:
    """Issue a key for an actor; its secret is shown once."""
    until = moment(request.data, "expiresAt", "body")
    expires = None if until is None else parse_iso(until)
    key_id, secret = request.store.new_id("key_"), request.store.new_id("hdb_live_", 16)
    actor = request.params["actorId"]
    request.store.put("hybridb.key", secret, {"actorId": actor, "expires": expires, "keyId": key_id})
    request.store.put("hybridb.apikey", f"{actor}/{key_id}", {"secret": secret})
    request.effect(f"api_key.created {key_id}")
    audit(request, "api_key.create", resourceType="api_key", resourceId=key_id)
    data = {"keyId": key_id, "secret": secret, "scopes": request.data["scopes"], "name": request.data["name"]}
    return ok({**data, "expiresAt": until})


@operation
def revoke_api_key(request: Request) -> Response:
    """Revoke a key."""
    where = f"{request.params['actorId']}/{request.params['keyId']}"
    known = request.kept("hybridb.apikey", where, "NOT_FOUND", "This actor has no such key")
    request.store.remove("hybridb.apikey", where)
    request.store.remove("hybridb.key", known["secret"])
    request.effect(f"api_key.revoked {request.params['keyId']}")
    audit(request, "api_key.revoke", resourceType="api_key", resourceId=request.params["keyId"])
    return Response(status=204)


# Identities and memberships


@operation
def create_identity_mapping(request: Request) -> Response:
    """Map an actor to an external account, which belongs to one actor only."""
    where = f"{request.data['providerId']}\n{request.data['externalId']}"
    if request.store.get("hybridb.identity", where) is not None:
        raise Refusal(409, "VALIDATION_ERROR", "This account is mapped already")
    found = {"id": request.store.new_id("map_"), "createdAt": request.now()}
    found |= {name: request.data[name] for name in ("providerId", "externalId", "actorId")}
    request.store.put("hybridb.identity", where, found)
    request.effect(f"identity.mapped {found['id']}")
    audit(request, "identity.map", resourceType="actor", resourceId=request.data["actorId"])
    return ok(found)


@operation
def list_memberships(request: Request) -> Response:
    """Return the members of an organisation."""
    return ok(request.store.rows(f"hybridb.member.{request.params['orgId']}"))


@operation
def add_membership(request: Request) -> Response:
    """Add a member."""
    member = {
        "orgId": request.params["orgId"],
        "actorId": request.data["actorId"],
        "role": request.data["role"],
    }
    if request.store.get(f"hybridb.member.{member['orgId']}", member["actorId"]) is not None:
        raise Refusal(409, "VALIDATION_ERROR", "This actor is a member already")
    return _save_member(request, {**member, "joinedAt": request.now()}, "membership.add")


@operation
def update_membership(request: Request) -> Response:
    """Change a member's role."""
    return _save_member(request, {**_member(request), "role": request.data["role"]}, "membership.update")


@operation
def remove_membership(request: Request) -> Response:
    """Remove a member."""
    member = _member(request)
    request.store.remove(f"hybridb.member.{member['orgId']}", member["actorId"])
    request.effect(f"membership.remove {member['actorId']}")
    audit(request, "membership.remove", resourceType="org", resourceId=member["orgId"])
    return Response(status=204)


def _member(request: Request) -> Doc:
    kind = f"hybridb.member.{request.params['orgId']}"
    return request.kept(kind, request.params["actorId"], "NOT_FOUND", "This organisation has no such member")


def _save_member(request: Request, member: Doc, action: str) -> Response:
    request.store.put(f"hybridb.member.{member['orgId']}", member["actorId"], member)
    request.effect(f"{action} {member['actorId']}")
    audit(request, action, resourceType="org", resourceId=member["orgId"])
    return ok(member)
