from __future__ import annotations

from aureole.privacy.declare import given, goes, holds, holds_nothing, keyed, plain, stays
from aureole.staff.models import Agent, AgentSession, SignInAttempt, SignInLink, Team, TeamMembership

holds(
    Agent,
    person="person_id",
    label="Staff account",
    purpose="employment",
    retention="staff",
    source="the employer",
    fields={
        "role": plain("user.job_title", label="Role", because="one of four codes"),
        "password": plain(
            "user.authorization.password",
            label="Password",
            because="an argon2id hash, from which no password can be read",
            withheld="a secret of the account, of no use to the person",
        ),
    },
    anonymous={
        "person": given(),
        "role": stays(indirect=True),
        "password": given(),
        "is_active": given(),
        "created_at": given(),
        "last_login": goes(),
    },
)
holds(
    AgentSession,
    person="agent__person_id",
    label="Signed-in browsers",
    purpose="security",
    retention="session",
    source="the browser",
    fields={
        "session_key": plain(
            "user.authorization.credentials", because="random", withheld="whoever has it is signed in"
        ),
        "session_data": plain(
            "user.authorization.credentials",
            because="the account's id and a hash, signed",
            withheld="whoever has it is signed in",
        ),
    },
)
holds(
    SignInLink,
    person="agent__person_id",
    label="Sign-in links",
    purpose="security",
    retention="session",
    source="made by the program",
    fields={"digest": keyed("user.authorization.credentials", withheld="a keyed digest of a secret")},
)
holds_nothing(
    SignInAttempt,
    because="keyed digests of what was typed, forgotten after twelve hours; no person can be reached from them",
    columns=("digest",),
)
holds_nothing(Team, because="names of teams; no person appears in it", columns=("name",))
holds_nothing(TeamMembership, because="two ids; goes with the agent")
