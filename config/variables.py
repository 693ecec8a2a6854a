"""Every environment variable the program reads, in one table. `env.py` turns them into values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "flag", "path", "address", "domain",
    "root_key_url", "root_key_urls", "postgres_url", "file_store_url", "web_url", "mail_out_url", "mail_in_url",
    "witnesses", "country", "time_zone", "days", "persons", "receivers", "networks",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Variable:
    """`default` is what an unset variable means; None where the default is worked out from others."""

    name: str
    kind: Kind
    help: str
    default: str | None = None
    secret: bool = False
    internal: bool = False

    @property
    def file_form(self) -> str | None:
        """A secret may be given as the name of a file that holds it, so it stays out of listings."""
        return f"{self.name}_FILE" if self.secret else None


VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="DATABASE_URL",
        kind="postgres_url",
        secret=True,
        help="postgresql://user:password@host:port/name of the data. Unset: embedded PostgreSQL.",
    ),
    Variable(
        name="KEYS_DATABASE_URL",
        kind="postgres_url",
        secret=True,
        help="The same for the key store, a database of its own. Unset: embedded PostgreSQL.",
    ),
    Variable(
        name="AUREOLE_HOME",
        kind="path",
        help="Folder that holds everything this instance keeps. Unset: the user's data folder.",
    ),
    Variable(
        name="AUREOLE_ROOT_KEY_URL",
        kind="root_key_url",
        help="file:///path, awskms:///KEY?region=R or transit+https://host:8200/mount/key?namespace=N. "
        "Unset: the file of AUREOLE_ROOT_KEY_FILE.",
    ),
    Variable(
        name="AUREOLE_ROOT_KEY_FILE",
        kind="path",
        help="File of the root key, mode 0600. Unset: secrets/root_key in the home folder.",
    ),
    Variable(
        name="AUREOLE_ROOT_KEY_TOKEN",
        kind="text",
        secret=True,
        help="Token for Vault or OpenBao. Only for a transit key.",
    ),
    Variable(
        name="AUREOLE_FORMER_ROOT_KEY_URLS",
        kind="root_key_urls",
        help="Root keys of before, separated by spaces: they open what they wrapped until `aureole keys rotate` "
        "has run.",
    ),
    Variable(
        name="AUREOLE_FORMER_ROOT_KEY_TOKEN",
        kind="text",
        secret=True,
        help="Token for a former transit key. Unset: AUREOLE_ROOT_KEY_TOKEN.",
    ),
    Variable(
        name="AUREOLE_SECRET_KEY",
        kind="text",
        secret=True,
        help="Signs sessions and links. Unset: secrets/secret_key in the home folder.",
    ),
    Variable(
        name="AUREOLE_FILES_URL",
        kind="file_store_url",
        help="Where sealed files lie: file:///folder or s3://bucket/prefix?region=…&endpoint=https://host. "
        "Unset: files in the home folder.",
    ),
    Variable(
        name="AWS_ACCESS_KEY_ID",
        kind="text",
        secret=True,
        help="Key to an s3:// file store. Unset: what boto3 finds (profile, role of the machine).",
    ),
    Variable(
        name="AWS_SECRET_ACCESS_KEY",
        kind="text",
        secret=True,
        help="The secret that belongs to AWS_ACCESS_KEY_ID.",
    ),
    Variable(
        name="AUREOLE_FENCES_FOLDER",
        kind="path",
        help="A second place for the fence list (who was erased): a folder on another disk or machine.",
    ),
    Variable(
        name="AUREOLE_BASE_URL",
        kind="web_url",
        default="http://localhost:8000",
        help="The address people type, for links in mail. `aureole up` fills it in when unset.",
    ),
    Variable(
        name="AUREOLE_PROXIES",
        kind="networks",
        help="Proxies in front of the pages (127.0.0.1 10.0.0.0/8, with blanks between): what they say of a visitor's "
        "address and of HTTPS is believed, so name no network that visitors are in. Unset: nobody is, and all who come "
        "through one count as one visitor.",
    ),
    Variable(
        name="AUREOLE_REGION",
        kind="text",
        default="EU",
        help="Where this instance keeps its data, as told to people: EU, CH, UK …",
    ),
    Variable(
        name="AUREOLE_POSTAL_ADDRESS",
        kind="text",
        default="",
        help="Where people may write to on paper, in one line: Nordlys Outdoor, Storgata 1, 0155 Oslo.",
    ),
    Variable(
        name="AUREOLE_COUNTRY",
        kind="country",
        default="EU",
        help="Where the controller is, for law and holidays: DE, DE-BY, FR … Unset: the EU's law, no holidays.",
    ),
    Variable(
        name="AUREOLE_TIME_ZONE",
        kind="time_zone",
        default="UTC",
        help="The controller's time zone, which says on what day something came in: Europe/Berlin …",
    ),
    Variable(
        name="AUREOLE_SECOND_PERSON",
        kind="flag",
        default="on",
        help="Answers that hand data out or erase it are released by somebody other than who prepared them.",
    ),
    Variable(
        name="AUREOLE_STEP_UP",
        kind="flag",
        default="off",
        help="For a request that hands data out or erases it a code is not enough: an officer also says how they "
        "know that it is the person.",
    ),
    Variable(
        name="AUREOLE_RECEIVER_COUNTRIES",
        kind="receivers",
        default="",
        help="Where servers of others stand, for the data map: mail=DE files=US database=NL, other instances by "
        "their host name (ISO 3166).",
    ),
    Variable(
        name="AUREOLE_COOLING_OFF_DAYS",
        kind="days",
        default="14",
        help="Days in which a person may still take back a request to be erased; 0 for none.",
    ),
    Variable(
        name="AUREOLE_UNPROVEN_DAYS",
        kind="days",
        default="30",
        help="Days after the last code until a request closes whose identity was never proven; 0 for never.",
    ),
    Variable(
        name="AUREOLE_ANONYMITY",
        kind="persons",
        default="5",
        help="How many people must share what stays of somebody who is anonymised; with fewer it is refused.",
    ),
    Variable(
        name="AUREOLE_RETENTION",
        kind="flag",
        default="off",
        help="Every night, erase what has run out without an approval. Look at `aureole retention plan` first.",
    ),
    Variable(
        name="AUREOLE_WORKSPACE",
        kind="text",
        default="Aureole",
        help="The organisation's name as customers see it.",
    ),
    Variable(
        name="AUREOLE_MAILBOX",
        kind="address",
        help="The support address. Unset: support@ the mail domain.",
    ),
    Variable(
        name="AUREOLE_MAIL_DOMAIN",
        kind="domain",
        help="Domain of our Message-IDs and reply addresses. Unset: the mailbox's, else the base URL's.",
    ),
    Variable(
        name="EMAIL_URL",
        kind="mail_out_url",
        secret=True,
        help="smtp://user:password@host:587?tls=starttls (or tls=on, tls=off). Unset: replies wait.",
    ),
    Variable(
        name="IMAP_URL",
        kind="mail_in_url",
        secret=True,
        help="imaps://user:password@host:993/INBOX to fetch mail from. Unset: none is fetched.",
    ),
    Variable(
        name="AUREOLE_LEDGER_WITNESSES",
        kind="witnesses",
        help="Who keeps checkpoints of the log, with blanks between: file:///folder mailto:dpo@… https://host#key",
    ),
    Variable(
        name="AUREOLE_METRICS_TOKEN",
        kind="text",
        secret=True,
        help="Bearer token for /metrics. Unset: only this machine, while the base URL is a loopback address.",
    ),
    Variable(
        name="AUREOLE_DEBUG",
        kind="flag",
        default="off",
        help="Show error pages in full and the components at /ui. Never in production.",
    ),
    Variable(
        name="AUREOLE_AS_OWNER",
        kind="flag",
        default="off",
        internal=True,
        help="Set by the program itself while it changes the schema: work as the owner's role.",
    ),
)
