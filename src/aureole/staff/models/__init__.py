from aureole.staff.models.agent import Agent, Role
from aureole.staff.models.session import AgentSession
from aureole.staff.models.sign_in import SignInAttempt, SignInLink
from aureole.staff.models.team import Team, TeamMembership

__all__ = ["Agent", "AgentSession", "Role", "SignInAttempt", "SignInLink", "Team", "TeamMembership"]
