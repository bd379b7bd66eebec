"""The first ten migrations, as they were applied: never to be edited. What the tables are for is told in schema.py."""

from store.engines.dialect import POSTGRES, SQLITE, Migration, Only

FIRST: tuple[Migration, ...] = (
    (
        "0001_the_loop",
        (
            """create table review (
                id text primary key, brand text not null, source text not null, ticket text not null,
                contact text not null, agent text not null, team text not null,
                closed_at bigint not null, at bigint not null, body text not null)""",
            "create index review_by_time on review (at, id)",
            "create index review_by_ticket on review (ticket)",
            "create index review_by_contact on review (contact)",
            """create table fact (
                seq {serial}, id text not null unique, review text not null, kind text not null,
                at bigint not null, body text not null)""",
            "create index fact_by_review on fact (review, seq)",
            """create table suppression (
                seq {serial}, id text not null unique, brand text not null, address text not null,
                body text not null)""",
            "create index suppression_by_address on suppression (address, brand, seq)",
            """create table step (
                review text not null, number bigint not null, at bigint not null, status text not null,
                value text, grade text, body text not null, primary key (review, number))""",
            """create table outbox (
                id text primary key, review text not null, brand text not null, purpose text not null,
                recipient text not null, seat text not null, message_id text not null unique,
                relay_id text not null default '', status text not null, due_at bigint not null,
                lease_until bigint not null default 0, attempts bigint not null default 0,
                reason text not null default '', settled_at bigint, subject text not null default '',
                sent_text text not null default '', body text not null)""",
            "create index outbox_by_due on outbox (status, due_at)",
            "create index outbox_by_review on outbox (review)",
            "create index outbox_by_relay_id on outbox (relay_id)",
            "create index outbox_by_seat on outbox (seat)",
            "create index outbox_by_brand on outbox (brand, purpose, settled_at)",
            "create table mail (sha256 text primary key, size_bytes bigint not null, raw {bytes} not null)",
            """create table arrival (
                id text primary key, mail text not null, at bigint not null, envelope text not null,
                status text not null, tries bigint not null default 0, due_at bigint not null,
                review text not null default '', reason text not null default '')""",
            "create index arrival_by_due on arrival (status, due_at)",
            "create index arrival_by_review on arrival (review)",
            """create table staff (
                email text primary key, name text not null, role text not null, team text not null,
                at bigint not null, left_at bigint)""",
            """create table api_key (
                name text primary key, sha256 text not null unique, at bigint not null, used_at bigint,
                revoked_at bigint)""",
            """create table sign_in (
                id text primary key, email text not null, client text not null, expires_at bigint not null,
                used_at bigint)""",
            "create table session (id text primary key, email text not null, expires_at bigint not null)",
            """create table source (
                id text primary key, brand text not null, secret text not null, mapping text not null,
                at bigint not null)""",
            "create table brake (brand text primary key, paused_at bigint, per_hour bigint)",
        ),
    ),
    (
        "0002_counts_and_search",
        (
            """create table rollup (
                facet text not null, name text not null, day bigint not null, brand text not null, scale text not null,
                asked bigint not null default 0, waiting bigint not null default 0, never bigint not null default 0,
                old bigint not null default 0, unsubscribed bigint not null default 0,
                bounced bigint not null default 0, refused bigint not null default 0,
                answered bigint not null default 0, happy_soft bigint not null default 0,
                happy_hard bigint not null default 0, neutral_soft bigint not null default 0,
                neutral_hard bigint not null default 0, unhappy_soft bigint not null default 0,
                unhappy_hard bigint not null default 0, provisional bigint not null default 0,
                voided bigint not null default 0,
                primary key (facet, name, day, brand, scale))""",
            "create index rollup_by_day on rollup (facet, day)",
            "create table rollup_change (seq {serial}, at bigint not null, body text not null)",
            "create index rollup_change_by_time on rollup_change (at)",
            "create table rollup_mark (id bigint primary key, at bigint not null)",
            "insert into rollup_mark (id, at) values (1, 0)",
            # The words are split before they come here (store/words.py): the index must split them no further.
            Only(
                SQLITE.name,
                "create table searchable (seq integer primary key, review text not null unique, words text not null)",
            ),
            Only(
                SQLITE.name,
                """create virtual table searchable_index using fts5 (
                    words, content='searchable', content_rowid='seq', tokenize='ascii', prefix='2 3 4')""",
            ),
            Only(
                SQLITE.name,
                """create trigger searchable_added after insert on searchable begin
                    insert into searchable_index (rowid, words) values (new.seq, new.words); end""",
            ),
            Only(
                SQLITE.name,
                """create trigger searchable_dropped after delete on searchable begin
                    insert into searchable_index (searchable_index, rowid, words)
                    values ('delete', old.seq, old.words); end""",
            ),
            Only(
                SQLITE.name,
                """create trigger searchable_changed after update on searchable begin
                    insert into searchable_index (searchable_index, rowid, words)
                    values ('delete', old.seq, old.words);
                    insert into searchable_index (rowid, words) values (new.seq, new.words); end""",
            ),
            Only(
                POSTGRES.name,
                """create table searchable (
                    seq bigint generated always as identity primary key, review text not null unique,
                    words text not null,
                    index tsvector generated always as (to_tsvector('simple', words)) stored)""",
            ),
            Only(POSTGRES.name, "create index searchable_index on searchable using gin (index)"),
        ),
    ),
    (
        "0003_doorsteps",
        (
            """create table doorstep (
                review text primary key, brand text not null, at bigint not null, asks_at bigint,
                slots text not null, first_sent bigint, last_sent bigint)""",
            # A fact is unique within its review, by whose index it is read: one index less for each write to change.
            Only(
                SQLITE.name,
                """create table fact_of_a_review (
                    seq integer primary key autoincrement, id text not null, review text not null, kind text not null,
                    at bigint not null, body text not null, unique (review, id))""",
            ),
            Only(
                SQLITE.name,
                """insert into fact_of_a_review (seq, id, review, kind, at, body)
                    select seq, id, review, kind, at, body from fact""",
            ),
            Only(SQLITE.name, "drop table fact"),
            Only(SQLITE.name, "alter table fact_of_a_review rename to fact"),
            Only(POSTGRES.name, "drop index fact_by_review"),
            Only(POSTGRES.name, "alter table fact drop constraint fact_id_key"),
            Only(POSTGRES.name, "alter table fact add constraint fact_of_a_review unique (review, id)"),
        ),
    ),
    (
        "0004_large_mails",
        (
            """create table mail_piece (
                mail text not null references mail on delete cascade, number bigint not null, raw {bytes} not null,
                primary key (mail, number))""",
        ),
    ),
    (
        "0005_weeks",
        (
            # Days and weeks in one table, each name's side by side: a dozen weeks of everybody are a few pages.
            "alter table rollup rename to rollup_of_days",
            """create table rollup (
                facet text not null, days bigint not null, name text not null, day bigint not null, brand text not null,
                scale text not null,
                asked bigint not null default 0, waiting bigint not null default 0, never bigint not null default 0,
                old bigint not null default 0, unsubscribed bigint not null default 0,
                bounced bigint not null default 0, refused bigint not null default 0,
                answered bigint not null default 0, happy_soft bigint not null default 0,
                happy_hard bigint not null default 0, neutral_soft bigint not null default 0,
                neutral_hard bigint not null default 0, unhappy_soft bigint not null default 0,
                unhappy_hard bigint not null default 0, provisional bigint not null default 0,
                voided bigint not null default 0,
                primary key (facet, days, name, day, brand, scale)) {clustered}""",
            """insert into rollup
                select facet, 1, name, day, brand, scale, asked, waiting, never, old, unsubscribed, bounced, refused,
                    answered, happy_soft, happy_hard, neutral_soft, neutral_hard, unhappy_soft, unhappy_hard,
                    provisional, voided
                from rollup_of_days""",
            """insert into rollup
                select facet, 7, name, day - (day - 1) % 7 as monday, brand, scale, sum(asked), sum(waiting),
                    sum(never), sum(old), sum(unsubscribed), sum(bounced), sum(refused), sum(answered),
                    sum(happy_soft), sum(happy_hard), sum(neutral_soft), sum(neutral_hard), sum(unhappy_soft),
                    sum(unhappy_hard), sum(provisional), sum(voided)
                from rollup_of_days group by facet, name, monday, brand, scale""",
            "drop table rollup_of_days",
            # A review's latest words are looked for without reading its other facts.
            "create index fact_comment on fact (review, seq) where kind = 'comment'",
            "create index fact_message on fact (review, seq) where kind = 'message'",
        ),
    ),
    (
        "0006_quarantine",
        (
            """create table judged (
                arrival text primary key, verdict text not null, why text not null, seen text not null,
                joined bigint not null default 0, sender text not null, subject text not null, text text not null)""",
            "create index arrival_by_mail on arrival (mail)",
            """create table round_trip (
                address text primary key, asked_at bigint not null, answered_at bigint,
                verdict text not null default '', why text not null default '')""",
        ),
    ),
    (
        "0007_old_visits_and_canaries",
        (
            "alter table doorstep add column rated bigint not null default 0",
            "update doorstep set rated = 1 where review in (select review from fact where kind = 'vote')",
            "create table erasing_mark (id bigint primary key, seq bigint not null)",
            "insert into erasing_mark (id, seq) values (1, 0)",
            """create table canary (
                address text primary key, product text not null, brand text not null, at bigint not null,
                asked_at bigint not null default 0, left_at bigint)""",
            "create index review_by_source on review (source, at)",
        ),
    ),
    (
        "0008_dead_letters",
        (
            "alter table source add column preset text not null default ''",
            """create table dead_letter (
                id text primary key, source text not null, at bigint not null, last_at bigint not null,
                times bigint not null, reason text not null, headers text not null, body {bytes} not null)""",
            "create index dead_letter_by_time on dead_letter (at, id)",
            "create index dead_letter_by_source on dead_letter (source, at, id)",
        ),
    ),
    (
        "0009_languages_and_scales",
        (
            "alter table doorstep add column languages text not null default ''",
            "alter table rollup add column very_happy_soft bigint not null default 0",
            "alter table rollup add column very_happy_hard bigint not null default 0",
            "alter table rollup add column very_unhappy_soft bigint not null default 0",
            "alter table rollup add column very_unhappy_hard bigint not null default 0",
            "alter table rollup add column embedded bigint not null default 0",
            "alter table rollup add column embedded_answered bigint not null default 0",
        ),
    ),
    (
        "0010_asking",
        (
            # `person` is the contact's mailbox as its domain folds addresses; of what is older, as it was written.
            "alter table review add column person text not null default ''",
            "alter table review add column company text not null default ''",
            Only(
                SQLITE.name,
                """update review set person = contact,
                    company = lower(coalesce(json_extract(body, '$.contact.company'), ''))""",
            ),
            Only(
                POSTGRES.name,
                """update review set person = contact,
                    company = lower(coalesce(cast(body as json) -> 'contact' ->> 'company', ''))""",
            ),
            "create index review_by_person on review (person, brand, at)",
            "create index review_by_company on review (company, brand, at) where company <> ''",
            "alter table suppression add column person text not null default ''",
            "alter table suppression add column reason text not null default ''",
            "alter table suppression add column lifted bigint not null default 0",
            Only(
                SQLITE.name,
                """update suppression set person = address, reason = json_extract(body, '$.reason'),
                    lifted = json_extract(body, '$.lifted')""",
            ),
            Only(
                POSTGRES.name,
                """update suppression set person = address, reason = cast(body as json) ->> 'reason',
                    lifted = case when cast(body as json) ->> 'lifted' = 'true' then 1 else 0 end""",
            ),
            "create index suppression_by_person on suppression (person, brand, reason, seq)",
            "alter table rollup add column skipped bigint not null default 0",
        ),
    ),
)
