from aureole.desk.models.attachment import Attachment
from aureole.desk.models.brand import Brand, BrandAddress
from aureole.desk.models.change import Change, ChangeKind
from aureole.desk.models.draft import Draft
from aureole.desk.models.message import DeliveryState, Direction, Message, MessageKind
from aureole.desk.models.statistic import TicketStatistic
from aureole.desk.models.ticket import Channel, Participant, Priority, Status, Tag, Ticket, TicketType

__all__ = [
    "Attachment",
    "Brand",
    "BrandAddress",
    "Change",
    "ChangeKind",
    "Channel",
    "DeliveryState",
    "Direction",
    "Draft",
    "Message",
    "MessageKind",
    "Participant",
    "Priority",
    "Status",
    "Tag",
    "Ticket",
    "TicketStatistic",
    "TicketType",
]
