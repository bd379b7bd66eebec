"""Which tables are there? Numbered migrations, forward only: never edit an old one, add the next. One that only adds
(columns with a default, tables, indexes) is applied while older processes run; any other's name ends in `_alone`.

Facts only grow: `review`, `fact`, `suppression`, `mail` with `mail_piece`. Made from the facts, and set right from
them by `afterword recompute`: `step` (the rating's projection), `rollup` with `rollup_change` and `rollup_mark` (counts
by day and week), `searchable` (the words a review is found by), `doorstep` (what a visitor finds), `inbox` with
`inbox_label` (where it stands in the inbox). What changes in place: those, `outbox`, `arrival` (how far a stored mail
was read), `judged` (what was found out about its sender), `erasing_mark` (how far old visits were erased), `canary`,
`round_trip`, `dead_letter` (webhooks nobody could read), `route` (which ways out are down), `domain_pace` with
`domain_turn` (whose turn it is at a domain that has a limit), `staff`, `api_key`, `sign_in`, `session`, `source`,
`brake`, `endpoint` (who is told of what happens), `untold` (reviews whose news nobody was told yet), `call` (what was
told to whom), `answered` (what a program was told, to be told again), `saved_view`, `writing` (who answers just now),
`process` (which processes run, and how they do), `trail` (what a client of the rating pages did in the last minute),
`rate` (who asked how often), `finding` (what the last look at all reviews showed).
`theme_deed` only grows too: how staff name, join and follow themes.
`audit` only grows: who changed any of these.
"""

from store.engines.dialect import Migration
from store.first_schema import FIRST

MIGRATIONS: tuple[Migration, ...] = (
    *FIRST,
    (
        "0011_ways_out",
        (
            """create table route (
                name text primary key, since bigint not null, until bigint not null, failures bigint not null,
                reason text not null)""",
            "create table domain_pace (domain text primary key, free_at bigint not null)",
            """create table domain_turn (
                delivery text primary key, domain text not null, at bigint not null,
                until bigint not null default 0)""",
            "create index domain_turn_by_domain on domain_turn (domain, until)",
        ),
    ),
    (
        "0012_staff",
        (
            "update staff set role = 'admin' where role = 'manager'",
            "alter table staff add column brands text not null default '[]'",
            "alter table staff add column choice text not null default 'at once'",
            "alter table staff add column confirmed_at bigint",
            "update staff set confirmed_at = at",
            "alter table staff add column away_until bigint",
            "alter table staff add column bounced_at bigint",
            "alter table session add column at bigint not null default 0",
            "alter table session add column used_at bigint not null default 0",
            "alter table session add column client text not null default ''",
            "create index session_by_email on session (email)",
            "alter table api_key add column scopes text not null default '[]'",
            """create table audit (
                seq {serial}, at bigint not null, who text not null, action text not null, about text not null,
                detail text not null)""",
            "create index audit_by_time on audit (at, seq)",
        ),
    ),
    (
        "0013_inbox",
        (
            # Where a review stands in the inbox, and an index for each way to look at it. What was there before comes
            # in as read; `afterword recompute --mend` finds out what of it waits for an answer.
            """create table inbox (
                review text primary key, brand text not null, at bigint not null, face text not null,
                rated_at bigint not null, agent text not null, team text not null, company text not null,
                owner text not null, unread_from bigint, owed_from bigint, answered_at bigint,
                snoozed_until bigint)""",
            """insert into inbox (review, brand, at, face, rated_at, agent, team, company, owner)
                select review.id, review.brand, review.at,
                    case when step.status = 'confirmed' then coalesce(step.value, '') else '' end,
                    coalesce(step.at, review.at), review.agent, review.team, review.company, review.agent
                from review left join step on step.review = review.id and step.number = (
                    select max(number) from step as s where s.review = review.id)""",
            "create index inbox_by_time on inbox (at, review)",
            "create index inbox_by_face on inbox (face, at, review) where face <> ''",
            """create index inbox_unhappy on inbox (at, review, rated_at, snoozed_until, team, brand, owner)
                where face in ('unhappy', 'very_unhappy')""",
            "create index inbox_by_brand on inbox (brand, at, review)",
            "create index inbox_by_agent on inbox (agent, at, review)",
            "create index inbox_by_team on inbox (team, at, review, brand, face, rated_at)",
            "create index inbox_by_company on inbox (company, at, review)",
            "create index inbox_by_owner on inbox (owner, at, review)",
            """create index inbox_unread on inbox (
                at, review, unread_from, snoozed_until, face, rated_at, team, brand, owner)
                where unread_from is not null""",
            """create index inbox_owed on inbox (
                at, review, owed_from, snoozed_until, face, rated_at, team, brand, owner)
                where owed_from is not null""",
            """create index inbox_answered on inbox (
                at, review, answered_at, snoozed_until, face, rated_at, team, brand, owner)
                where answered_at is not null""",
            """create table inbox_label (
                kind text not null, name text not null, at bigint not null, review text not null,
                primary key (kind, name, at, review)) {clustered}""",
            "create index inbox_label_of_review on inbox_label (review)",
            """create table saved_view (
                email text not null, name text not null, query text not null, at bigint not null,
                primary key (email, name))""",
            """create table writing (
                review text not null, email text not null, name text not null, at bigint not null,
                primary key (review, email))""",
        ),
    ),
    (
        "0014_calls",
        (
            """create table endpoint (
                id text primary key, kind text not null, url text not null, secrets text not null, brand text not null,
                events text not null, options text not null, at bigint not null, disabled_at bigint,
                reason text not null default '')""",
            "create table untold (seq {serial}, review text not null)",
            # `place` orders what happened at one instant; no words are kept here: they are put together when told.
            """create table call (
                id text primary key, endpoint text not null, review text not null, news text not null,
                kind text not null, at bigint not null, place bigint not null, status text not null,
                due_at bigint not null, lease_until bigint not null default 0, attempts bigint not null default 0,
                reason text not null default '', settled_at bigint)""",
            "create index call_by_due on call (status, due_at)",
            "create index call_by_review on call (review, endpoint, at, place)",
            "create index call_by_time on call (endpoint, at, id)",
            "create index call_by_end on call (settled_at)",
            """create table answered (
                id text primary key, at bigint not null, asked text not null, status bigint not null,
                headers text not null, body text not null)""",
            "create index answered_by_time on answered (at)",
        ),
    ),
    (
        "0015_terms_and_processes",
        (
            # Reviews past their term are found without looking at those that were forgotten long ago.
            """create index review_of_somebody on review (at, id)
                where length(replace(contact, '@forgotten.invalid', '')) >= length(contact)""",
            """create table process (
                id text primary key, kind text not null, machine text not null, version text not null,
                began_at bigint not null, seen_at bigint not null, figures text not null)""",
        ),
    ),
    (
        "0016_themes",
        ("create index fact_spoken on fact (at) where kind in ('comment', 'message')",),
    ),
    (
        "0017_agents",
        # Who did the work is told by leaping from one agent to the next.
        ("create index review_by_agent on review (agent, at, id)",),
    ),
    (
        "0018_shared",
        (
            # What every process must know of the others: what a client did in the last minute, and whose key or link
            # asks how often.
            """create table trail (
                client text primary key, at bigint not null, forged_at bigint, visits text not null) {clustered}""",
            "create index trail_of_forger on trail (forged_at) where forged_at is not null",
            "create table rate (name text primary key, full_at bigint not null)",
        ),
    ),
    (
        "0019_keys_of_brands",
        # Which brands a key of the API is good for; none for all.
        ("alter table api_key add column brands text not null default '[]'",),
    ),
    (
        # A process of before would not know these counts in what is posted. What was before comes in by
        # `afterword recompute --mend`.
        "0020_answers_alone",
        tuple(
            f"alter table rollup add column {measure} bigint not null default 0"
            for measure in (
                *("feedback", "unhappy_once", "recovered"),
                *(f"answered_{time}" for time in "15m 30m 1h 2h 4h 8h 1d 2d 4d later".split()),
            )
        ),
    ),
    (
        "0021_findings",
        (
            "create table finding (brand text primary key, at bigint not null, body text not null)",
            """create table theme_deed (
                seq {serial}, id text not null unique, theme text not null, brand text not null, at bigint not null,
                who text not null, action text not null, name text not null default '',
                phrases text not null default '[]', about text not null default '')""",
            "create index theme_deed_by_brand on theme_deed (brand, seq)",
        ),
    ),
    (
        "0022_regular_mails",
        (
            # Which regular mails each member of staff does not want, and about which days each was last put together.
            "alter table staff add column unwanted text",
            """create table regular (
                brand text not null, kind text not null, team text not null, since text not null, until text not null,
                at bigint not null, listed bigint not null, primary key (brand, kind, team))""",
            # What leads on from reviews is rare among facts, and looked for by its time.
            "create index fact_leading_on on fact (at) where kind in ('linked', 'came_of')",
            "create index fact_consented on fact (at) where kind = 'consented'",
        ),
    ),
    (
        # A process of before would not know this count. What was taken over before comes in by
        # `afterword recompute --mend`.
        "0023_imported_alone",
        ("alter table rollup add column imported bigint not null default 0",),
    ),
    (
        "0024_signatures",
        # How each signature of a mail held, by the keys that are kept beside it.
        ("alter table judged add column signatures text not null default ''",),
    ),
    (
        "0025_wordings",
        (
            # How customers were asked on each day: where that changes, charts say so.
            """create table wording (
                brand text not null, day bigint not null, scale text not null, language text not null,
                words text not null, since bigint not null,
                primary key (brand, day, scale, language, words)) {clustered}""",
        ),
    ),
)
NAMES = tuple(name for name, _ in MIGRATIONS)
