"""Accounts, and what they prove themselves with. All instants here are the Timer's, never the calendar's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from outreach.store.tables import account, account_clinic, account_program, passkey, recovery_code
from outreach.store.types import Sealed
from outreach.store.unit_of_work import UnitOfWork

ONE_TIME = "account:one_time"
INVITED, ACTIVE, DISABLED = "invited", "active", "disabled"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may come in. `password` is a hash, `one_time` the sealed secret of their one-time codes."""

    id: int
    sign_in: str
    name: str
    role: str
    state: str
    password: str | None = field(repr=False)
    one_time: Sealed | None = field(repr=False)
    one_time_step: int | None
    language: str | None
    failures: int
    wait_until: datetime | None
    created_at: datetime
    created_by: str
    programs: frozenset[int] = frozenset()
    clinics: frozenset[int] = frozenset()
    passkeys: int = 0
    codes: int = 0

    @property
    def second_factor(self) -> bool:
        """Whether there is something besides a password to prove themselves with."""
        return self.one_time is not None or self.passkeys > 0


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key that stays in somebody's device, or in what carries it between their devices."""

    id: int
    account: int
    credential: bytes
    public_key: bytes = field(repr=False)
    signed: int
    name: str
    created_at: datetime
    used_at: datetime | None


_PASSKEYS = select(func.count()).where(passkey.c.account_id == account.c.id).scalar_subquery()
_CODES = (
    select(func.count())
    .where(recovery_code.c.account_id == account.c.id, recovery_code.c.used_at.is_(None))
    .scalar_subquery()
)
_PLAIN = [name for name in Account.__dataclass_fields__ if name in account.c]
_QUERY = select(*(account.c[name] for name in _PLAIN), _PASSKEYS.label("passkeys"), _CODES.label("codes"))


def folded(text: str) -> str:
    """Return a name or an address as it is compared: however it was typed, it is one person's."""
    return " ".join(text.casefold().split())


def every(uow: UnitOfWork) -> list[Account]:
    """Return every account, by name."""
    programs, clinics = _scopes(uow, None)
    rows = uow.all(_QUERY.order_by(account.c.name_key))
    return [_account(row, programs, clinics) for row in rows]


def any_there(uow: UnitOfWork) -> bool:
    """Whether anybody has an account yet."""
    return bool(uow.all(select(account.c.id).limit(1)))


def one(uow: UnitOfWork, account_id: int, *, lock: bool = False) -> Account | None:
    """Return an account by its id; with `lock`, nobody else changes it until the transaction ends."""
    return _one(uow, account.c.id == account_id, lock)


def of_sign_in(uow: UnitOfWork, sign_in: str, *, lock: bool = False) -> Account | None:
    """Return the account that somebody types the address of."""
    return _one(uow, account.c.sign_in == folded(sign_in), lock)


def clashing(uow: UnitOfWork, sign_in: str, name: str) -> list[str]:
    """Return which of `sign_in` and `name` somebody else has."""
    wanted = {"sign_in": folded(sign_in), "name_key": folded(name)}
    query = select(account.c.sign_in, account.c.name_key)
    taken = uow.all(query.where(or_(*(account.c[column] == value for column, value in wanted.items()))))
    return [
        column.removesuffix("_key") for column in wanted if wanted[column] in {row._mapping[column] for row in taken}
    ]


def create(uow: UnitOfWork, sign_in: str, name: str, role: str, real_now: datetime) -> int:
    """Store an invited account; return its id."""
    new = uow.next_id()
    row = {"id": new, "sign_in": folded(sign_in), "name": " ".join(name.split()), "name_key": folded(name)}
    uow.insert(account, [row | {"role": role, "state": INVITED, "created_at": real_now, "created_by": str(uow.actor)}])
    uow.audit("account.invited", f"account:{new}")
    return new


def change(uow: UnitOfWork, account_id: int, columns: Mapping[str, Any]) -> None:
    """Store changed columns of an account."""
    uow.execute(update(account).where(account.c.id == account_id).values(**columns))


def set_one_time(uow: UnitOfWork, account_id: int, secret: str | None) -> None:
    """Store the secret of one-time codes, sealed, or take it away."""
    sealed = uow.keyring.seal(ONE_TIME, account_id, secret) if secret else None
    change(uow, account_id, {"one_time": sealed, "one_time_step": None})


def secret_of(uow: UnitOfWork, found: Account) -> str | None:
    """Return the secret of an account's one-time codes."""
    return uow.keyring.open(ONE_TIME, found.id, found.one_time) if found.one_time else None


def set_scope(uow: UnitOfWork, account_id: int, programs: Iterable[int], clinics: Iterable[int]) -> None:
    """Store what part of the organisation an account is for; nothing means all of it (HIP-15)."""
    for table, column, ids in ((account_program, "program_id", programs), (account_clinic, "clinic_id", clinics)):
        uow.execute(delete(table).where(table.c.account_id == account_id))
        uow.insert(table, [{"account_id": account_id, column: each} for each in sorted(set(ids))])


def set_codes(uow: UnitOfWork, account_id: int, codes: Sequence[str]) -> None:
    """Store new recovery codes in the place of the old ones; only their hashes are kept."""
    uow.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    uow.insert(
        recovery_code,
        [{"id": uow.next_id(), "account_id": account_id, "code_hash": _hash(code), "used_at": None} for code in codes],
    )


def use_code(uow: UnitOfWork, account_id: int, code: str, real_now: datetime) -> bool:
    """Use up a recovery code; False for one that is none, or was used."""
    mine = (recovery_code.c.account_id == account_id) & (recovery_code.c.code_hash == _hash(code))
    unused = update(recovery_code).where(mine, recovery_code.c.used_at.is_(None)).values(used_at=real_now)
    return uow.execute(unused).rowcount == 1


def passkeys(uow: UnitOfWork, account_id: int) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    return [_passkey(row) for row in uow.all(select(passkey).where(passkey.c.account_id == account_id).order_by("id"))]


def passkey_of(uow: UnitOfWork, credential: bytes) -> Passkey | None:
    """Return a passkey by what its device calls it; nobody else uses it until the transaction ends."""
    rows = uow.all(select(passkey).where(passkey.c.credential == credential).with_for_update())
    return _passkey(rows[0]) if rows else None


def add_passkey(
    uow: UnitOfWork, account_id: int, credential: bytes, public_key: bytes, signed: int, name: str, real_now: datetime
) -> int:
    """Store a new passkey; return its id."""
    new = uow.next_id()
    row = {"id": new, "account_id": account_id, "credential": credential, "public_key": public_key, "signed": signed}
    uow.insert(passkey, [row | {"name": name, "created_at": real_now, "used_at": None}])
    return new


def passkey_used(uow: UnitOfWork, passkey_id: int, signed: int, real_now: datetime) -> None:
    """Note how often a passkey has signed by now."""
    uow.execute(update(passkey).where(passkey.c.id == passkey_id).values(signed=signed, used_at=real_now))


def remove_passkeys(uow: UnitOfWork, account_id: int, passkey_id: int | None = None) -> int:
    """Take away one passkey of an account, or all of them; return how many there were."""
    mine = delete(passkey).where(passkey.c.account_id == account_id)
    return uow.execute(mine if passkey_id is None else mine.where(passkey.c.id == passkey_id)).rowcount


def _one(uow: UnitOfWork, which: Any, lock: bool) -> Account | None:
    rows = uow.all(_QUERY.where(which).with_for_update(of=account) if lock else _QUERY.where(which))
    return _account(rows[0], *_scopes(uow, rows[0].id)) if rows else None


def _scopes(uow: UnitOfWork, account_id: int | None) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    found: list[dict[int, set[int]]] = []
    for table, column in ((account_program, "program_id"), (account_clinic, "clinic_id")):
        query = select(table.c.account_id, table.c[column].label("part"))
        by_account: dict[int, set[int]] = {}
        for row in uow.all(query if account_id is None else query.where(table.c.account_id == account_id)):
            by_account.setdefault(row.account_id, set()).add(row.part)
        found.append(by_account)
    return found[0], found[1]


def _account(row: Any, programs: Mapping[int, set[int]], clinics: Mapping[int, set[int]]) -> Account:
    plain = {name: row._mapping[name] for name in (*_PLAIN, "passkeys", "codes")}
    parts = {"programs": frozenset(programs.get(row.id, ())), "clinics": frozenset(clinics.get(row.id, ()))}
    return Account(**plain | parts)


def _passkey(row: Any) -> Passkey:
    return Passkey(
        row.id, row.account_id, row.credential, row.public_key, row.signed, row.name, row.created_at, row.used_at
    )


def _hash(code: str) -> bytes:
    return sha256(code.encode()).digest()
