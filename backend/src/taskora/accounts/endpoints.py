"""HTTP for accounts: sign-up, sign-in, sessions, tokens, profile, deletion."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from taskora.accounts import service
from taskora.accounts.access_tokens import LIFETIME
from taskora.accounts.caller import AccountOwner, CurrentCaller
from taskora.accounts.origin import (
    clear_session_cookie,
    client_address,
    require_own_origin,
    session_cookie,
    set_session_cookie,
)
from taskora.accounts.schemas import (
    CurrentSession,
    PasswordChange,
    PasswordProof,
    ProfilePatch,
    SessionList,
    SignedIn,
    SignInInput,
    SignUpInput,
    TokenCreated,
    TokenInput,
    TokenList,
    TokenOut,
    TokenPatch,
    UserOut,
)
from taskora.settings import Settings
from taskora.storage import Database, ReadSession, WriteSession

router = APIRouter(tags=["accounts"])

TokenId = Annotated[int, Path(ge=1, le=2**31 - 1)]
SessionId = Annotated[str, Path(max_length=32)]


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


AppSettings = Annotated[Settings, Depends(_settings)]
AppDatabase = Annotated[Database, Depends(_database)]


def _device(request: Request) -> service.Device:
    return service.Device(client_address(request), request.headers.get("user-agent", ""), session_cookie(request))


def _signed_in(request: Request, response: Response, signed_in: service.SignIn) -> SignedIn:
    set_session_cookie(request, response, signed_in.cookie, int(service.SESSION_LIFETIME.total_seconds()))
    response.headers["Cache-Control"] = "no-store"
    return SignedIn(
        access_token=signed_in.access_token,
        expires_in=int(LIFETIME.total_seconds()),
        user=UserOut.model_validate(signed_in.user),
    )


@router.post("/api/auth/signup", status_code=201)
async def sign_up(
    request: Request, response: Response, form: SignUpInput, database: AppDatabase, settings: AppSettings
) -> SignedIn:
    """Create an account and sign in."""
    require_own_origin(request, settings)
    return _signed_in(request, response, await service.sign_up(database, settings, form, _device(request)))


@router.post("/api/auth/signin")
async def sign_in(
    request: Request, response: Response, form: SignInInput, database: AppDatabase, settings: AppSettings
) -> SignedIn:
    """Sign in with e-mail and password."""
    require_own_origin(request, settings)
    signed_in = await service.sign_in(database, settings, form.email, form.password, _device(request))
    return _signed_in(request, response, signed_in)


@router.post("/api/auth/signout", status_code=204)
async def sign_out(request: Request, response: Response, caller: CurrentCaller, session: WriteSession) -> None:
    """End this sign-in: its cookie and its bearer token."""
    await service.sign_out(session, caller)
    clear_session_cookie(request, response)


@router.get("/api/auth/session")
async def current_session(response: Response, caller: CurrentCaller, session: ReadSession) -> CurrentSession:
    """Who is signed in."""
    response.headers["Cache-Control"] = "no-store"
    user = await service.profile(session, caller)
    return CurrentSession(user=UserOut.model_validate(user), scopes=sorted(caller.scopes), session_id=caller.session_id)


@router.get("/api/{user_id}/profile")
async def get_profile(caller: AccountOwner, session: ReadSession) -> UserOut:
    """The caller's profile."""
    return UserOut.model_validate(await service.profile(session, caller))


@router.patch("/api/{user_id}/profile")
async def change_profile(caller: AccountOwner, session: WriteSession, patch: ProfilePatch) -> UserOut:
    """Change name, time zone, locale or first day of the week."""
    return UserOut.model_validate(await service.change_profile(session, caller, patch))


@router.post("/api/{user_id}/password", status_code=204)
async def change_password(
    database: AppDatabase, settings: AppSettings, caller: AccountOwner, form: PasswordChange
) -> None:
    """Change the password; every other device is signed out."""
    await service.change_password(database, settings, caller, form.current_password, form.new_password)


@router.delete("/api/{user_id}/account", status_code=204)
async def delete_account(
    request: Request,
    response: Response,
    database: AppDatabase,
    settings: AppSettings,
    caller: AccountOwner,
    form: PasswordProof,
) -> None:
    """Delete the account and everything in it, proven by the password."""
    await service.delete_account(database, settings, caller, form.password)
    clear_session_cookie(request, response)


@router.get("/api/{user_id}/sessions")
async def list_sessions(caller: AccountOwner, session: ReadSession) -> SessionList:
    """The devices that are signed in."""
    return await service.list_sessions(session, caller)


@router.delete("/api/{user_id}/sessions", status_code=204)
async def revoke_other_sessions(caller: AccountOwner, session: WriteSession) -> None:
    """Sign every device out but this one."""
    await service.revoke_other_sessions(session, caller)


@router.delete("/api/{user_id}/sessions/{session_id}", status_code=204)
async def revoke_session(caller: AccountOwner, session: WriteSession, session_id: SessionId) -> None:
    """Sign one device out."""
    await service.revoke_session(session, caller, session_id)


@router.get("/api/{user_id}/tokens")
async def list_tokens(caller: AccountOwner, session: ReadSession) -> TokenList:
    """The caller's personal API tokens."""
    return await service.list_tokens(session, caller)


@router.post("/api/{user_id}/tokens", status_code=201)
async def create_token(
    response: Response, caller: AccountOwner, session: WriteSession, form: TokenInput
) -> TokenCreated:
    """Create a personal API token; it is shown this once."""
    response.headers["Cache-Control"] = "no-store"
    return await service.create_token(session, caller, form)


@router.get("/api/{user_id}/tokens/{token_id}")
async def get_token(caller: AccountOwner, session: ReadSession, token_id: TokenId) -> TokenOut:
    """One personal API token."""
    return await service.get_token(session, caller, token_id)


@router.put("/api/{user_id}/tokens/{token_id}")
async def rename_token(caller: AccountOwner, session: WriteSession, token_id: TokenId, patch: TokenPatch) -> TokenOut:
    """Rename a personal API token."""
    return await service.rename_token(session, caller, token_id, patch)


@router.delete("/api/{user_id}/tokens/{token_id}", status_code=204)
async def revoke_token(caller: AccountOwner, session: WriteSession, token_id: TokenId) -> None:
    """Revoke a personal API token."""
    await service.revoke_token(session, caller, token_id)
