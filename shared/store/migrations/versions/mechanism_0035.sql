-- The tables that every service has at 0.2.0, as pg_dump wrote them. Do not edit.
-- They were generated once, from the dump in tests/migrations/0.2.0.

CREATE SCHEMA rebuild;

CREATE FUNCTION public.audit_only_grows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        begin
            raise exception 'the audit log only grows: % on % is refused', tg_op, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$;

CREATE FUNCTION public.event_keeps_position() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
        begin
            raise exception 'an event keeps its position: % of % is refused', tg_op, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$;

CREATE FUNCTION public.installation_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        begin
            raise exception 'an installation stays what it is: % on % is refused', tg_op, tg_table_name
                using errcode = 'insufficient_privilege';
        end $$;

CREATE FUNCTION public.redact_subject(erased uuid, ordered_by uuid, reply text, kept_on text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
        begin
            insert into public.erased_subjects as present (subject, request, answer, basis)
            values (erased, ordered_by, reply, kept_on)
            on conflict (subject) do update
            set request = excluded.request, answer = excluded.answer, basis = excluded.basis, settled_at = null;
            update public.event_log set data = '{}', classification = 'erased', traceparent = null
            where subject = erased
                and name not in ('erasure.ordered', 'erasure.acknowledged', 'erasure.completed');
        end $$;

CREATE TABLE public.access_endings (
    id uuid NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL,
    ended_by uuid NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    answered_by uuid,
    answered_at timestamp with time zone,
    because text
);

COMMENT ON COLUMN public.access_endings.member IS 'a member of staff';

COMMENT ON COLUMN public.access_endings.ended_by IS 'a member of staff';

COMMENT ON COLUMN public.access_endings.ended_at IS 'real time';

COMMENT ON COLUMN public.access_endings.until IS 'real time; null once it is confirmed';

COMMENT ON COLUMN public.access_endings.answered_by IS 'the second person; null if nobody answered in time';

COMMENT ON COLUMN public.access_endings.answered_at IS 'real time';

COMMENT ON COLUMN public.access_endings.because IS 'why it counts no more';

CREATE TABLE public.agencies (
    id uuid NOT NULL,
    type text NOT NULL,
    country text NOT NULL,
    regions text[] NOT NULL,
    authority text,
    first_responder text,
    takes_referrals boolean NOT NULL,
    state text NOT NULL
);

COMMENT ON COLUMN public.agencies.country IS 'ISO 3166-1 alpha-2';

COMMENT ON COLUMN public.agencies.regions IS 'ISO 3166-2; empty: all of the country';

COMMENT ON COLUMN public.agencies.authority IS 'its code in a profile, where the law names it';

COMMENT ON COLUMN public.agencies.first_responder IS 'its code among the first responders, where it is one';

CREATE TABLE public.agency_grounds (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    agency uuid NOT NULL,
    data_categories text[] NOT NULL,
    since date,
    until date NOT NULL
);

COMMENT ON COLUMN public.agency_grounds.id IS 'the consent, or the sharing without one';

COMMENT ON COLUMN public.agency_grounds.agency IS 'an agency of the register';

COMMENT ON COLUMN public.agency_grounds.since IS 'the first day on which it counts; null: no day is known';

COMMENT ON COLUMN public.agency_grounds.until IS 'the last day on which it counts';

CREATE TABLE public.audit_chain (
    place bigint NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL
);

COMMENT ON COLUMN public.audit_chain.place IS 'order of the chain, without gaps';

COMMENT ON COLUMN public.audit_chain.number IS 'of the row in audit_log';

COMMENT ON COLUMN public.audit_chain.hash IS 'SHA-256 of the hash before and the row';

CREATE TABLE public.audit_chain_head (
    single smallint NOT NULL,
    floor bigint NOT NULL,
    CONSTRAINT audit_chain_head_single_check CHECK ((single = 1))
);

COMMENT ON COLUMN public.audit_chain_head.floor IS 'every row up to here is chained, or was never committed';

CREATE TABLE public.audit_checkpoints (
    place bigint NOT NULL,
    signed text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.audit_checkpoints.signed IS 'service, place, hash and instant, as a signed token (JWS)';

CREATE TABLE public.audit_log (
    number bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor text NOT NULL,
    roles text NOT NULL,
    action text NOT NULL,
    subject uuid,
    status smallint NOT NULL,
    correlation uuid NOT NULL
);

COMMENT ON COLUMN public.audit_log.at IS 'real time';

COMMENT ON COLUMN public.audit_log.actor IS 'staff id or service name';

COMMENT ON COLUMN public.audit_log.subject IS 'the case, if one was asked for';

COMMENT ON COLUMN public.audit_log.status IS 'as answered: denials count too';

ALTER TABLE public.audit_log ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.broken_glass (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member uuid NOT NULL,
    until timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.broken_glass.member IS 'a member of staff';

COMMENT ON COLUMN public.broken_glass.until IS 'real time';

CREATE TABLE public.case_part_versions (
    case_id uuid NOT NULL,
    part text NOT NULL,
    version integer NOT NULL,
    case_version integer NOT NULL,
    act text NOT NULL,
    at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.case_part_versions.part IS 'as its address names it; empty: all that were declared';

COMMENT ON COLUMN public.case_part_versions.version IS 'how often it was changed; of all: by how much the case''s rose';

COMMENT ON COLUMN public.case_part_versions.case_version IS 'the case''s, after the last change';

COMMENT ON COLUMN public.case_part_versions.act IS 'of the last change';

COMMENT ON COLUMN public.case_part_versions.at IS 'of the last change, real time';

CREATE TABLE public.clock_requests (
    "position" bigint NOT NULL,
    subject uuid NOT NULL,
    cause uuid,
    code text NOT NULL,
    verb text NOT NULL,
    jurisdiction text,
    begins text,
    at timestamp with time zone,
    clock uuid
);

COMMENT ON COLUMN public.clock_requests.cause IS 'the fact that asked; null: none that can be undone';

COMMENT ON COLUMN public.clock_requests.verb IS 'start or stop';

COMMENT ON COLUMN public.clock_requests.jurisdiction IS 'of a start';

COMMENT ON COLUMN public.clock_requests.begins IS 'of a start: a date, perhaps partial, or an instant';

COMMENT ON COLUMN public.clock_requests.at IS 'by the domain''s clock; null: not known';

COMMENT ON COLUMN public.clock_requests.clock IS 'the clock that a start began; null: one was running already';

ALTER TABLE public.clock_requests ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.clock_requests_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.clocks (
    id uuid NOT NULL,
    subject uuid NOT NULL,
    jurisdiction text NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    rule_version text NOT NULL,
    began_on date,
    due_on date,
    due_at timestamp with time zone,
    ends_at timestamp with time zone,
    other_due_on date,
    verify boolean NOT NULL,
    late_filing boolean NOT NULL,
    state text NOT NULL,
    paused_at timestamp with time zone,
    announced text[] DEFAULT '{}'::text[] NOT NULL,
    key text,
    began text,
    in_time text,
    certainty text DEFAULT 'likely'::text NOT NULL,
    doubts text[] DEFAULT '{}'::text[] NOT NULL,
    because text[] DEFAULT '{}'::text[] NOT NULL,
    birthday integer,
    paused_on date,
    level integer DEFAULT 0 NOT NULL
);

COMMENT ON COLUMN public.clocks.rule_version IS 'the rule that it began with, by its first day in force';

COMMENT ON COLUMN public.clocks.due_on IS 'null: the length of the period is not known';

COMMENT ON COLUMN public.clocks.other_due_on IS 'by the rule''s second reading';

COMMENT ON COLUMN public.clocks.state IS 'running, paused, resting, reached, missed, passed, stopped, withdrawn';

COMMENT ON COLUMN public.clocks.paused_at IS 'since when its time stands still';

COMMENT ON COLUMN public.clocks.announced IS 'what was told of which due date';

COMMENT ON COLUMN public.clocks.key IS 'law, code and starting fact; null: not derived yet';

COMMENT ON COLUMN public.clocks.began IS 'when the starting fact happened, as far as is known';

COMMENT ON COLUMN public.clocks.in_time IS 'of one that was met: yes, no or unknown';

COMMENT ON COLUMN public.clocks.because IS 'ids of the facts';

COMMENT ON COLUMN public.clocks.birthday IS 'due on this birthday; the days are its month''s';

COMMENT ON COLUMN public.clocks.paused_on IS 'since when its time stands still, by local days';

COMMENT ON COLUMN public.clocks.level IS 'warnings that lie behind';

CREATE TABLE public.derivations (
    case_id uuid NOT NULL,
    derived_at timestamp with time zone NOT NULL,
    adopting boolean NOT NULL
);

COMMENT ON COLUMN public.derivations.derived_at IS 'by the domain''s clock';

COMMENT ON COLUMN public.derivations.adopting IS 'brought over: what is long past then is not announced';

CREATE TABLE public.ended_access (
    id uuid NOT NULL,
    member uuid NOT NULL,
    state text NOT NULL,
    until timestamp with time zone
);

COMMENT ON COLUMN public.ended_access.member IS 'a member of staff';

COMMENT ON COLUMN public.ended_access.until IS 'real time; null once it is confirmed';

CREATE TABLE public.erased_subjects (
    subject uuid NOT NULL,
    request uuid,
    answer text NOT NULL,
    basis text,
    at timestamp with time zone DEFAULT now() NOT NULL,
    settled_at timestamp with time zone
);

COMMENT ON COLUMN public.erased_subjects.request IS 'what ordered it; null: learned from the key database after a restore';

COMMENT ON COLUMN public.erased_subjects.answer IS 'deleted, or kept on a basis of this service''s own';

COMMENT ON COLUMN public.erased_subjects.basis IS 'a code: why something is kept';

COMMENT ON COLUMN public.erased_subjects.at IS 'real time';

COMMENT ON COLUMN public.erased_subjects.settled_at IS 'the key is destroyed, and whoever ordered it was told';

CREATE TABLE public.event_log (
    serial bigint NOT NULL,
    "position" bigint,
    id uuid NOT NULL,
    subject uuid NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    "time" timestamp with time zone NOT NULL,
    correlation uuid NOT NULL,
    cause uuid,
    classification text NOT NULL,
    traceparent text,
    data jsonb NOT NULL
);

COMMENT ON COLUMN public.event_log.serial IS 'order of insert, with gaps';

COMMENT ON COLUMN public.event_log."position" IS 'order of the log, without gaps; null until numbered';

CREATE TABLE public.event_log_epochs (
    number integer NOT NULL,
    epoch uuid NOT NULL,
    after_position bigint NOT NULL,
    identity text NOT NULL,
    began_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.event_log_epochs.identity IS 'which database this was: system, timeline, table';

ALTER TABLE public.event_log_epochs ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.event_log_epochs_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.event_log_head (
    single smallint NOT NULL,
    "position" bigint NOT NULL,
    floor bigint DEFAULT '0'::bigint NOT NULL,
    CONSTRAINT event_log_head_single_check CHECK ((single = 1))
);

COMMENT ON COLUMN public.event_log_head.floor IS 'up to this serial every row is numbered, or was rolled back';

CREATE TABLE public.event_log_published (
    single smallint NOT NULL,
    "position" bigint NOT NULL,
    CONSTRAINT event_log_published_single_check CHECK ((single = 1))
);

ALTER TABLE public.event_log ALTER COLUMN serial ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.event_log_serial_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.exclusions (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    member uuid,
    carried_from uuid,
    agency uuid
);

COMMENT ON COLUMN public.exclusions.member IS 'a member of staff or an interpreter';

COMMENT ON COLUMN public.exclusions.carried_from IS 'the exclusion of a case merged with this one that it repeats';

COMMENT ON COLUMN public.exclusions.agency IS 'an agency of the register';

CREATE TABLE public.facts (
    id uuid NOT NULL,
    revision integer NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    happened text NOT NULL,
    learnt text,
    about uuid,
    codes jsonb NOT NULL,
    withdrawn boolean NOT NULL,
    reason text,
    decided_by text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid
);

COMMENT ON COLUMN public.facts.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.facts.learnt IS 'an instant or a day';

COMMENT ON COLUMN public.facts.about IS 'the fact that it answers';

COMMENT ON COLUMN public.facts.codes IS 'what else it says, by the names of the rules'' triggers';

COMMENT ON COLUMN public.facts.reason IS 'of a correction or a withdrawal';

COMMENT ON COLUMN public.facts.decided_by IS 'the authority or the person that decided';

COMMENT ON COLUMN public.facts.recorded_by IS 'null: by the system itself';

CREATE TABLE public.follow_cursors (
    source text NOT NULL,
    epoch uuid,
    "position" bigint CONSTRAINT follow_cursors_projected_not_null NOT NULL,
    attempt_position bigint DEFAULT '0'::bigint NOT NULL,
    attempt_count smallint DEFAULT '0'::smallint NOT NULL,
    diverged_at timestamp with time zone,
    moved_at timestamp with time zone DEFAULT now() NOT NULL,
    lives jsonb,
    verified bigint DEFAULT '0'::bigint NOT NULL
);

COMMENT ON COLUMN public.follow_cursors.epoch IS 'null until the first event';

COMMENT ON COLUMN public.follow_cursors."position" IS 'the last event that was taken';

COMMENT ON COLUMN public.follow_cursors.diverged_at IS 'we applied events that the source''s log no longer has';

COMMENT ON COLUMN public.follow_cursors.lives IS 'the source''s epochs as they were last agreed with: [epoch, after], oldest first';

COMMENT ON COLUMN public.follow_cursors.verified IS 'up to where the feed has agreed';

CREATE TABLE public.follow_digests (
    source text NOT NULL,
    slot integer NOT NULL,
    "position" bigint NOT NULL,
    subject uuid,
    digest bytea NOT NULL
)
WITH (fillfactor='70');

COMMENT ON COLUMN public.follow_digests.slot IS 'the position, modulo what is remembered';

COMMENT ON COLUMN public.follow_digests.subject IS 'null once it was erased';

COMMENT ON COLUMN public.follow_digests.digest IS 'of the envelope, and of all; the second nought once erased';

CREATE TABLE public.follow_doubted (
    subject uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.follow_doubted.subject IS 'what was kept of it is to be built again';

CREATE TABLE public.follow_floors (
    source text NOT NULL,
    subject uuid NOT NULL,
    key text NOT NULL,
    "position" bigint NOT NULL
);

COMMENT ON COLUMN public.follow_floors.key IS 'the fact that is restricted, such as member:<id>';

COMMENT ON COLUMN public.follow_floors."position" IS 'of the last restriction';

CREATE TABLE public.follow_forgeries (
    source text NOT NULL,
    "position" bigint NOT NULL,
    kind text NOT NULL,
    count integer NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.follow_forgeries.source IS 'whose message it claimed to be';

COMMENT ON COLUMN public.follow_forgeries."position" IS 'its place in that source''s log, as it claimed';

COMMENT ON COLUMN public.follow_forgeries.kind IS 'what it did here: a code of Forgery';

CREATE TABLE public.follow_holds (
    source text NOT NULL,
    subject uuid NOT NULL,
    "position" bigint NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    attempts smallint NOT NULL,
    reason text NOT NULL,
    next_try_at timestamp with time zone,
    parked_at timestamp with time zone,
    held_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.follow_holds."position" IS 'the event that could not be applied';

COMMENT ON COLUMN public.follow_holds.reason IS 'the class of the error, never its words';

CREATE TABLE public.follow_quarantine (
    hash text NOT NULL,
    reason text NOT NULL,
    size integer NOT NULL,
    exchange text NOT NULL,
    count integer NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.follow_quarantine.hash IS 'SHA-256 of the body; the body itself is not kept';

CREATE TABLE public.follow_reactions (
    id uuid NOT NULL,
    source text NOT NULL,
    "position" bigint NOT NULL,
    name text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    event uuid,
    subject uuid,
    vanished_at timestamp with time zone
);

COMMENT ON COLUMN public.follow_reactions.id IS 'made of cause, follower and reaction: it can''t happen twice';

COMMENT ON COLUMN public.follow_reactions.event IS 'the cause';

COMMENT ON COLUMN public.follow_reactions.vanished_at IS 'the source''s log no longer has the event';

CREATE TABLE public.follow_release (
    single smallint NOT NULL,
    mark text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT follow_release_single_check CHECK ((single = 1))
);

COMMENT ON COLUMN public.follow_release.mark IS 'the package''s version, and the newest version of each type read';

CREATE TABLE public.follow_skipped (
    source text NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    count integer NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL
);

CREATE TABLE public.follow_skips (
    number bigint NOT NULL,
    source text NOT NULL,
    subject uuid NOT NULL,
    "position" bigint NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    error text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    vanished_at timestamp with time zone
);

COMMENT ON COLUMN public.follow_skips."position" IS 'the event that was never applied here';

COMMENT ON COLUMN public.follow_skips.error IS 'why it was held: the class of the error';

COMMENT ON COLUMN public.follow_skips.reason IS 'why it was skipped: a code of SKIP_REASONS';

COMMENT ON COLUMN public.follow_skips.actor IS 'the operator''s staff id';

COMMENT ON COLUMN public.follow_skips.at IS 'real time';

COMMENT ON COLUMN public.follow_skips.vanished_at IS 'the source''s log no longer has the event';

ALTER TABLE public.follow_skips ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.follow_skips_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.follow_unconfirmed (
    source text NOT NULL,
    id uuid NOT NULL,
    "position" bigint NOT NULL,
    subject uuid NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    key text,
    digest bytea NOT NULL,
    acted boolean NOT NULL,
    since bigint NOT NULL,
    missed smallint DEFAULT '0'::smallint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.follow_unconfirmed.id IS 'the event';

COMMENT ON COLUMN public.follow_unconfirmed.key IS 'the fact whose mark it raised; null if it raised none';

COMMENT ON COLUMN public.follow_unconfirmed.acted IS 'false: it destroys, and waits';

COMMENT ON COLUMN public.follow_unconfirmed.since IS 'the first position that it may have kept from being applied';

COMMENT ON COLUMN public.follow_unconfirmed.missed IS 'how often the feed did not have it';

CREATE TABLE public.heard_facts (
    id uuid NOT NULL,
    revision integer NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    happened text NOT NULL,
    learnt text,
    about uuid,
    codes jsonb NOT NULL,
    withdrawn boolean NOT NULL
);

COMMENT ON COLUMN public.heard_facts.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.heard_facts.learnt IS 'an instant or a day';

COMMENT ON COLUMN public.heard_facts.about IS 'the fact that it answers';

COMMENT ON COLUMN public.heard_facts.codes IS 'what else it says, by the names of the rules'' triggers';

CREATE TABLE public.idempotency_keys (
    actor text NOT NULL,
    key text NOT NULL,
    request text NOT NULL,
    status smallint,
    created uuid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    case_id uuid,
    version integer,
    body json
);

COMMENT ON COLUMN public.idempotency_keys.request IS 'keyed digest of method, path and body';

COMMENT ON COLUMN public.idempotency_keys.case_id IS 'the case that was changed; null: it opened one, or was about none';

COMMENT ON COLUMN public.idempotency_keys.version IS 'of the case, as answered';

COMMENT ON COLUMN public.idempotency_keys.body IS 'as answered; codes, dates and references';

CREATE TABLE public.installation (
    single smallint NOT NULL,
    environment text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT installation_single_check CHECK ((single = 1))
);

COMMENT ON COLUMN public.installation.environment IS 'production, training or development; never changed';

COMMENT ON COLUMN public.installation.at IS 'of the first start';

CREATE TABLE public.joined_cases (
    merge uuid NOT NULL,
    kept uuid NOT NULL,
    alias uuid NOT NULL
);

COMMENT ON COLUMN public.joined_cases.kept IS 'the case that stands for the person';

CREATE TABLE public.notices (
    id uuid NOT NULL,
    kind text NOT NULL,
    case_id uuid NOT NULL,
    member uuid NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    recipient uuid,
    role text,
    acknowledged_by uuid,
    acknowledged_at timestamp with time zone
);

COMMENT ON COLUMN public.notices.member IS 'who did what it tells of';

COMMENT ON COLUMN public.notices.at IS 'real time';

COMMENT ON COLUMN public.notices.recipient IS 'a member of staff; null if it is for a role';

CREATE TABLE public.probing_alarms (
    caller text NOT NULL,
    not_found integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.probing_alarms.caller IS 'staff id or service name';

COMMENT ON COLUMN public.probing_alarms.not_found IS 'addresses that were not there, in one window';

CREATE TABLE public.provider_keys (
    issuer text NOT NULL,
    key_set jsonb NOT NULL,
    fetched_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.provider_keys.key_set IS 'public keys alone, as the provider last published them';

CREATE TABLE public.rebuild_cursors (
    rebuild uuid NOT NULL,
    source text NOT NULL,
    "position" bigint NOT NULL,
    target bigint NOT NULL,
    epoch uuid,
    heals boolean NOT NULL,
    attempt_position bigint DEFAULT '0'::bigint NOT NULL,
    attempt_count smallint DEFAULT '0'::smallint NOT NULL
);

COMMENT ON COLUMN public.rebuild_cursors."position" IS 'the last event that was built in';

COMMENT ON COLUMN public.rebuild_cursors.target IS 'where the live cursor was last seen';

COMMENT ON COLUMN public.rebuild_cursors.heals IS 'the log of this source was replaced';

CREATE TABLE public.rebuild_waiting (
    rebuild uuid NOT NULL,
    source text NOT NULL,
    subject uuid NOT NULL,
    "position" bigint NOT NULL,
    name text,
    version smallint,
    reason text
);

COMMENT ON COLUMN public.rebuild_waiting."position" IS 'the first event that is not built in';

COMMENT ON COLUMN public.rebuild_waiting.name IS 'of the event that failed here though it had not before';

COMMENT ON COLUMN public.rebuild_waiting.reason IS 'null: it waits since the live subject is held';

CREATE TABLE public.rebuilds (
    id uuid NOT NULL,
    projection text,
    subject uuid,
    heals boolean NOT NULL,
    asked_by text NOT NULL,
    state text NOT NULL,
    reason text,
    tables jsonb,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    began_at timestamp with time zone,
    ended_at timestamp with time zone
);

COMMENT ON COLUMN public.rebuilds.projection IS 'null: all, or all that read what was replaced';

COMMENT ON COLUMN public.rebuilds.subject IS 'null: all';

COMMENT ON COLUMN public.rebuilds.heals IS 'began by itself, since a source''s log was replaced';

COMMENT ON COLUMN public.rebuilds.asked_by IS 'staff id or service name';

COMMENT ON COLUMN public.rebuilds.state IS 'waiting, building, swapping, done or failed';

COMMENT ON COLUMN public.rebuilds.reason IS 'why it waits or failed: the class of an error';

COMMENT ON COLUMN public.rebuilds.tables IS 'rows, and how many differed';

CREATE TABLE public.releases (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    covers text[] NOT NULL,
    classes text[],
    third_parties boolean NOT NULL,
    privileged boolean NOT NULL,
    until timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.releases.id IS 'the person''s request, or the demand';

COMMENT ON COLUMN public.releases.covers IS 'copy, access_report';

COMMENT ON COLUMN public.releases.classes IS 'for another than the person: these classes of records and no other';

COMMENT ON COLUMN public.releases.third_parties IS 'with what tells of others';

COMMENT ON COLUMN public.releases.privileged IS 'with what is legally privileged';

COMMENT ON COLUMN public.releases.until IS 'real time';

CREATE TABLE public.restrictions (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    carried_from uuid,
    held boolean DEFAULT false NOT NULL
);

COMMENT ON COLUMN public.restrictions.id IS 'the request because of which it is restricted';

COMMENT ON COLUMN public.restrictions.carried_from IS 'the restriction of a case merged with this one that it repeats';

COMMENT ON COLUMN public.restrictions.held IS 'kept for a legal hold alone';

CREATE TABLE public.revoked_access (
    member uuid NOT NULL,
    before timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.revoked_access.member IS 'a member of staff';

COMMENT ON COLUMN public.revoked_access.before IS 'tokens issued until then count no more';

CREATE TABLE public.staff (
    id uuid NOT NULL,
    agency uuid NOT NULL,
    roles text[] NOT NULL,
    languages text[] NOT NULL,
    takes_cases boolean NOT NULL,
    until date,
    subjects text[] NOT NULL,
    state text NOT NULL
);

COMMENT ON COLUMN public.staff.until IS 'the last day on which they work; null: no end is known';

COMMENT ON COLUMN public.staff.subjects IS 'keyed digests of issuer and subject of their sign-in';

CREATE TABLE public.supervisions (
    supervisor uuid NOT NULL,
    member uuid NOT NULL
);

COMMENT ON COLUMN public.supervisions.supervisor IS 'a member of staff';

COMMENT ON COLUMN public.supervisions.member IS 'a member of staff whom they supervise';

CREATE TABLE public.test_clock (
    single smallint NOT NULL,
    now timestamp with time zone,
    CONSTRAINT test_clock_single_check CHECK ((single = 1))
);

COMMENT ON COLUMN public.test_clock.now IS 'null: real time';

CREATE TABLE public.timers (
    id bigint NOT NULL,
    owner uuid NOT NULL,
    name text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    failed_at timestamp with time zone
);

COMMENT ON COLUMN public.timers.owner IS 'what the timer belongs to, and is cancelled with';

COMMENT ON COLUMN public.timers.failed_at IS 'real time of the last failure';

ALTER TABLE public.timers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.timers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.access_endings
    ADD CONSTRAINT access_endings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.agencies
    ADD CONSTRAINT agencies_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.agency_grounds
    ADD CONSTRAINT agency_grounds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_chain_head
    ADD CONSTRAINT audit_chain_head_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.audit_chain
    ADD CONSTRAINT audit_chain_number_key UNIQUE (number);

ALTER TABLE ONLY public.audit_chain
    ADD CONSTRAINT audit_chain_pkey PRIMARY KEY (place);

ALTER TABLE ONLY public.audit_checkpoints
    ADD CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (place);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.broken_glass
    ADD CONSTRAINT broken_glass_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.case_part_versions
    ADD CONSTRAINT case_part_versions_pkey PRIMARY KEY (case_id, part);

ALTER TABLE ONLY public.clock_requests
    ADD CONSTRAINT clock_requests_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.clocks
    ADD CONSTRAINT clocks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.derivations
    ADD CONSTRAINT derivations_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.ended_access
    ADD CONSTRAINT ended_access_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.erased_subjects
    ADD CONSTRAINT erased_subjects_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.event_log_epochs
    ADD CONSTRAINT event_log_epochs_epoch_key UNIQUE (epoch);

ALTER TABLE ONLY public.event_log_epochs
    ADD CONSTRAINT event_log_epochs_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.event_log_head
    ADD CONSTRAINT event_log_head_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.event_log
    ADD CONSTRAINT event_log_id_key UNIQUE (id);

ALTER TABLE ONLY public.event_log
    ADD CONSTRAINT event_log_pkey PRIMARY KEY (serial);

ALTER TABLE ONLY public.event_log
    ADD CONSTRAINT event_log_position_key UNIQUE ("position");

ALTER TABLE ONLY public.event_log_published
    ADD CONSTRAINT event_log_published_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.exclusions
    ADD CONSTRAINT exclusions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (id, revision);

ALTER TABLE ONLY public.follow_cursors
    ADD CONSTRAINT follow_cursors_pkey PRIMARY KEY (source);

ALTER TABLE ONLY public.follow_digests
    ADD CONSTRAINT follow_digests_pkey PRIMARY KEY (source, slot);

ALTER TABLE ONLY public.follow_doubted
    ADD CONSTRAINT follow_doubted_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.follow_floors
    ADD CONSTRAINT follow_floors_pkey PRIMARY KEY (source, subject, key);

ALTER TABLE ONLY public.follow_forgeries
    ADD CONSTRAINT follow_forgeries_pkey PRIMARY KEY (source, "position", kind);

ALTER TABLE ONLY public.follow_holds
    ADD CONSTRAINT follow_holds_pkey PRIMARY KEY (source, subject);

ALTER TABLE ONLY public.follow_quarantine
    ADD CONSTRAINT follow_quarantine_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.follow_reactions
    ADD CONSTRAINT follow_reactions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.follow_release
    ADD CONSTRAINT follow_release_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.follow_skipped
    ADD CONSTRAINT follow_skipped_pkey PRIMARY KEY (source, name, version);

ALTER TABLE ONLY public.follow_skips
    ADD CONSTRAINT follow_skips_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.follow_unconfirmed
    ADD CONSTRAINT follow_unconfirmed_pkey PRIMARY KEY (source, id);

ALTER TABLE ONLY public.heard_facts
    ADD CONSTRAINT heard_facts_pkey PRIMARY KEY (id, revision);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (actor, key);

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.joined_cases
    ADD CONSTRAINT joined_cases_pkey PRIMARY KEY (merge);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.probing_alarms
    ADD CONSTRAINT probing_alarms_pkey PRIMARY KEY (caller);

ALTER TABLE ONLY public.provider_keys
    ADD CONSTRAINT provider_keys_pkey PRIMARY KEY (issuer);

ALTER TABLE ONLY public.rebuild_cursors
    ADD CONSTRAINT rebuild_cursors_pkey PRIMARY KEY (rebuild, source);

ALTER TABLE ONLY public.rebuild_waiting
    ADD CONSTRAINT rebuild_waiting_pkey PRIMARY KEY (rebuild, source, subject);

ALTER TABLE ONLY public.rebuilds
    ADD CONSTRAINT rebuilds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.restrictions
    ADD CONSTRAINT restrictions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revoked_access
    ADD CONSTRAINT revoked_access_pkey PRIMARY KEY (member);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.supervisions
    ADD CONSTRAINT supervisions_pkey PRIMARY KEY (supervisor, member);

ALTER TABLE ONLY public.test_clock
    ADD CONSTRAINT test_clock_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.timers
    ADD CONSTRAINT timers_pkey PRIMARY KEY (id);

CREATE INDEX access_endings_member_index ON public.access_endings USING btree (member);

CREATE INDEX agency_grounds_case_id_agency_index ON public.agency_grounds USING btree (case_id, agency);

CREATE INDEX audit_log_subject_index ON public.audit_log USING btree (subject, number);

CREATE INDEX broken_glass_case_id_member_index ON public.broken_glass USING btree (case_id, member);

CREATE INDEX clock_requests_subject_index ON public.clock_requests USING btree (subject, code);

CREATE INDEX clocks_key_index ON public.clocks USING btree (subject, key);

CREATE INDEX clocks_of_rights_index ON public.clocks USING btree (due_on) WHERE starts_with(code, 'PRIV.'::text);

CREATE INDEX clocks_open_index ON public.clocks USING btree (subject, due_on) WHERE (state = ANY (ARRAY['undated'::text, 'running'::text, 'paused'::text, 'doubtful'::text, 'missed'::text, 'passed'::text, 'reached'::text]));

CREATE INDEX clocks_subject_index ON public.clocks USING btree (subject);

CREATE INDEX ended_access_member_index ON public.ended_access USING btree (member);

CREATE INDEX erased_subjects_unsettled_index ON public.erased_subjects USING btree (at) WHERE (settled_at IS NULL);

CREATE INDEX event_log_subject_position_index ON public.event_log USING btree (subject, "position");

CREATE INDEX event_log_unnumbered_index ON public.event_log USING btree (serial) WHERE ("position" IS NULL);

CREATE INDEX exclusions_case_id_member_index ON public.exclusions USING btree (case_id, member);

CREATE INDEX facts_case_id_index ON public.facts USING btree (case_id, kind);

CREATE INDEX follow_forgeries_last_at_index ON public.follow_forgeries USING btree (last_at);

CREATE INDEX follow_holds_next_try_at_index ON public.follow_holds USING btree (next_try_at);

CREATE INDEX follow_quarantine_last_at_index ON public.follow_quarantine USING btree (last_at);

CREATE INDEX follow_reactions_at_index ON public.follow_reactions USING btree (at);

CREATE INDEX follow_reactions_vanished_index ON public.follow_reactions USING btree (id) WHERE (vanished_at IS NOT NULL);

CREATE INDEX follow_skips_position_index ON public.follow_skips USING btree (source, "position");

CREATE INDEX follow_unconfirmed_at_index ON public.follow_unconfirmed USING btree (at);

CREATE INDEX follow_unconfirmed_subject_index ON public.follow_unconfirmed USING btree (subject);

CREATE INDEX heard_facts_case_id_index ON public.heard_facts USING btree (case_id, kind);

CREATE INDEX idempotency_keys_at_index ON public.idempotency_keys USING btree (at);

CREATE INDEX idempotency_keys_case_id_index ON public.idempotency_keys USING btree (case_id);

CREATE INDEX joined_cases_alias_index ON public.joined_cases USING btree (alias);

CREATE INDEX joined_cases_kept_index ON public.joined_cases USING btree (kept);

CREATE INDEX notices_recipient_index ON public.notices USING btree (recipient) WHERE (acknowledged_at IS NULL);

CREATE INDEX notices_role_index ON public.notices USING btree (role) WHERE (acknowledged_at IS NULL);

CREATE UNIQUE INDEX rebuilds_open_index ON public.rebuilds USING btree (heals, projection, subject) NULLS NOT DISTINCT WHERE (ended_at IS NULL);

CREATE INDEX releases_case_id_index ON public.releases USING btree (case_id);

CREATE INDEX restrictions_case_id_index ON public.restrictions USING btree (case_id);

CREATE INDEX staff_subjects_index ON public.staff USING gin (subjects);

CREATE INDEX timers_due_at_index ON public.timers USING btree (due_at, id);

CREATE INDEX timers_owner_index ON public.timers USING btree (owner);

CREATE TRIGGER keeps_position AFTER UPDATE OF "position" ON public.event_log FOR EACH ROW WHEN ((old."position" IS NOT NULL)) EXECUTE FUNCTION public.event_keeps_position();

CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_chain FOR EACH STATEMENT EXECUTE FUNCTION public.audit_only_grows();

CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.audit_only_grows();

CREATE TRIGGER only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.audit_only_grows();

CREATE TRIGGER stays BEFORE DELETE OR UPDATE OR TRUNCATE ON public.installation FOR EACH STATEMENT EXECUTE FUNCTION public.installation_stays();

-- The single rows that are locked, moved and read: a log without them could not be numbered.
INSERT INTO public.event_log_head (single, "position") VALUES (1, 0);
INSERT INTO public.event_log_published (single, "position") VALUES (1, 0);
INSERT INTO public.test_clock (single, now) VALUES (1, NULL);
INSERT INTO public.audit_chain_head (single, floor) VALUES (1, 0);

-- Revoked from the owner too. The owner could grant it again, but does nothing by mistake. Triggers refuse it as well,
-- since a superuser needs no grant. The audit chain shows that both were turned off.
REVOKE UPDATE, DELETE, TRUNCATE ON public.audit_log, public.audit_chain, public.audit_checkpoints FROM PUBLIC, CURRENT_USER;
REVOKE UPDATE, DELETE, TRUNCATE ON public.installation FROM PUBLIC, CURRENT_USER;
REVOKE ALL ON FUNCTION public.event_keeps_position(), public.redact_subject(uuid, uuid, text, text) FROM PUBLIC;
