"""hybriDB's tokens, API keys, identities and memberships."""

from __future__ import annotations

from typing import Final

from veneer.sandbox.check import array, opt, shape, text
from veneer.sandbox.store import Doc, iso
from veneer.sandbox.web import Answer, Ask, Refuse, Routes

from .common import audit, moment, ok

TOKEN_LIFETIME_S: Final = 3600
# The user whose password the sandbox knows.
USER: Final = {"email": "demo@stellrai.test", "password": "sandbox-password"}

routes = Routes()


# Tokens and keys


def _token_pair(ask: Ask, actor: str) -> Answer:
    access, refresh = ask.store.new_id("hdbt_", 16), ask.store.new_id("hdbr_", 16)
    expires = ask.clock.now() + TOKEN_LIFETIME_S
    ask.store.put("hybridb.key", access, {"actorId": actor, "expires": expires, "refresh": refresh})
    ask.store.put("hybridb.refresh", refresh, {"actorId": actor})
    ask.effect("token.issued")
    return ok({"accessToken": access, "refreshToken": refresh, "expiresIn": TOKEN_LIFETIME_S})


@routes("POST", "/api/v1/auth/token", body=shape(email=text(), password=text(), orgId=opt(text())), open=True)
def create_token(ask: Ask) -> Answer:
    """Exchange the demo user's password for a token pair."""
    if (ask.data["email"], ask.data["password"]) != (USER["email"], USER["password"]):
        raise Refuse(401, "UNAUTHORIZED", "Wrong email or password")
    return _token_pair(ask, "user:demo")


@routes("POST", "/api/v1/auth/refresh", body=shape(refreshToken=text()), open=True)
def refresh_token(ask: Ask) -> Answer:
    """A refresh token is good for one new pair."""
    known = ask.store.get("hybridb.refresh", ask.data["refreshToken"])
    if known is None:
        raise Refuse(401, "UNAUTHORIZED", "The refresh token is not valid or was used")
    ask.store.remove("hybridb.refresh", ask.data["refreshToken"])
    return _token_pair(ask, known["actorId"])


@routes("DELETE", "/api/v1/auth/token")
def revoke_token(ask: Ask) -> Answer:
    """End this token and its refresh token; an API key is not a token and stays."""
    token = ask.bearer() or ""
    if "refresh" in ask.who:
        ask.store.put("hybridb.key", token, {**ask.who, "revoked": True})
        ask.store.remove("hybridb.refresh", ask.who["refresh"])
        ask.effect("token.revoked")
    return Answer(status=204)


@routes(
    "POST", "/api/v1/actors/{actorId}/api-keys",
    body=shape(scopes=array(text()), name=opt(text()), expiresAt=opt(text())),
)  # fmt: skip
def create_api_key(ask: Ask) -> Answer:
    """Issue a key for an actor; its secret is shown once."""
    expires = moment(ask.data["expiresAt"], "expiresAt")
    key_id, secret = ask.store.new_id("key_"), ask.store.new_id("hdb_live_", 16)
    actor = ask.params["actorId"]
    ask.store.put("hybridb.key", secret, {"actorId": actor, "expires": expires, "keyId": key_id})
    ask.store.put("hybridb.apikey", f"{actor}/{key_id}", {"secret": secret})
    ask.effect(f"api_key.created {key_id}")
    audit(ask, "api_key.create", resourceType="api_key", resourceId=key_id)
    data = {"keyId": key_id, "secret": secret, "scopes": ask.data["scopes"], "name": ask.data["name"]}
    return ok({**data, "expiresAt": None if expires is None else iso(expires)})


@routes("DELETE", "/api/v1/actors/{actorId}/api-keys/{keyId}")
def revoke_api_key(ask: Ask) -> Answer:
    """End a key."""
    where = f"{ask.params['actorId']}/{ask.params['keyId']}"
    known = ask.store.get("hybridb.apikey", where)
    if known is None:
        raise Refuse(404, "NOT_FOUND", "This actor has no such key")
    ask.store.remove("hybridb.apikey", where)
    ask.store.remove("hybridb.key", known["secret"])
    ask.effect(f"api_key.revoked {ask.params['keyId']}")
    audit(ask, "api_key.revoke", resourceType="api_key", resourceId=ask.params["keyId"])
    return Answer(status=204)


# Identities and memberships


@routes(
    "POST", "/api/v1/actors/{actorId}/identity-mappings",
    body=shape(providerId=text(), externalId=text(), userId=text(), actorId=text()),
)  # fmt: skip
def create_identity_mapping(ask: Ask) -> Answer:
    """Tie an actor to an account elsewhere; one account belongs to one actor."""
    where = f"{ask.data['providerId']}\n{ask.data['externalId']}"
    if ask.store.get("hybridb.identity", where) is not None:
        raise Refuse(409, "VALIDATION_ERROR", "This account is mapped already")
    found = {"id": ask.store.new_id("map_"), "providerId": ask.data["providerId"], "createdAt": ask.now()}
    found |= {"externalId": ask.data["externalId"], "actorId": ask.data["actorId"]}
    ask.store.put("hybridb.identity", where, found)
    ask.effect(f"identity.mapped {found['id']}")
    audit(ask, "identity.map", resourceType="actor", resourceId=ask.data["actorId"])
    return ok(found)


@routes("GET", "/api/v1/orgs/{orgId}/memberships")
def list_memberships(ask: Ask) -> Answer:
    """The members of an organisation."""
    return ok(ask.store.rows(f"hybridb.member.{ask.params['orgId']}"))


@routes("POST", "/api/v1/orgs/{orgId}/memberships", body=shape(actorId=text(), role=text()))
def add_membership(ask: Ask) -> Answer:
    """Add a member."""
    if ask.store.get(f"hybridb.member.{ask.params['orgId']}", ask.data["actorId"]) is not None:
        raise Refuse(409, "VALIDATION_ERROR", "This actor is a member already")
    member = {"orgId": ask.params["orgId"], "actorId": ask.data["actorId"], "role": ask.data["role"]}
    return _save_member(ask, {**member, "joinedAt": ask.now()}, "membership.add")


@routes("PATCH", "/api/v1/orgs/{orgId}/memberships/{actorId}", body=shape(role=text()))
def update_membership(ask: Ask) -> Answer:
    """Change a member's role."""
    return _save_member(ask, {**_member(ask), "role": ask.data["role"]}, "membership.update")


@routes("DELETE", "/api/v1/orgs/{orgId}/memberships/{actorId}")
def remove_membership(ask: Ask) -> Answer:
    """Remove a member."""
    member = _member(ask)
    ask.store.remove(f"hybridb.member.{member['orgId']}", member["actorId"])
    ask.effect(f"membership.remove {member['actorId']}")
    audit(ask, "membership.remove", resourceType="org", resourceId=member["orgId"])
    return Answer(status=204)


def _member(ask: Ask) -> Doc:
    member = ask.store.get(f"hybridb.member.{ask.params['orgId']}", ask.params["actorId"])
    if member is None:
        raise Refuse(404, "NOT_FOUND", "This organisation has no such member")
    return member


def _save_member(ask: Ask, member: Doc, action: str) -> Answer:
    ask.store.put(f"hybridb.member.{member['orgId']}", member["actorId"], member)
    ask.effect(f"{action} {member['actorId']}")
    audit(ask, action, resourceType="org", resourceId=member["orgId"])
    return ok(member)
