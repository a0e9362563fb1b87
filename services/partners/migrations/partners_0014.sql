-- The tables of partners at 0.2.0, as pg_dump wrote them. Do not edit.
-- They were generated once, from the dump in tests/migrations/0.2.0.

CREATE TABLE public.agency_keys (
    id uuid NOT NULL,
    agency uuid NOT NULL,
    digest bytea NOT NULL,
    purpose text NOT NULL,
    scopes text[] NOT NULL,
    networks text[] NOT NULL,
    made_by uuid,
    made_with uuid,
    made_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    last_used_on date,
    successor uuid,
    revoked_at timestamp with time zone
);

COMMENT ON COLUMN public.agency_keys.digest IS 'SHA-256 of the whole key, which is kept nowhere';

COMMENT ON COLUMN public.agency_keys.networks IS 'from where it may be used, as CIDR; empty: from anywhere';

COMMENT ON COLUMN public.agency_keys.made_by IS 'a member of staff; null: with a key of the agency''s';

COMMENT ON COLUMN public.agency_keys.made_with IS 'the agency''s key with which it was made';

COMMENT ON COLUMN public.agency_keys.made_at IS 'real time';

COMMENT ON COLUMN public.agency_keys.until IS 'real time';

COMMENT ON COLUMN public.agency_keys.last_used_on IS 'real time, in UTC; null: never yet';

COMMENT ON COLUMN public.agency_keys.successor IS 'the key that takes its place';

COMMENT ON COLUMN public.agency_keys.revoked_at IS 'real time';

CREATE TABLE public.agreements (
    id uuid NOT NULL,
    version integer NOT NULL,
    agency uuid NOT NULL,
    purposes text[] NOT NULL,
    data_categories text[] NOT NULL,
    jurisdictions text[] NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    reference bytea NOT NULL,
    step text NOT NULL,
    reason text,
    since timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    confirmed_by uuid,
    confirmed_at timestamp with time zone,
    ended_on date
);

COMMENT ON COLUMN public.agreements.version IS 'counts the changes; the ETag';

COMMENT ON COLUMN public.agreements.reference IS 'where the signed paper is filed; sealed';

COMMENT ON COLUMN public.agreements.step IS 'as the last step left it: proposed, agreed, suspended, resuming, ended';

COMMENT ON COLUMN public.agreements.reason IS 'why it is suspended or was ended';

COMMENT ON COLUMN public.agreements.since IS 'of the last step';

COMMENT ON COLUMN public.agreements.asked_by IS 'the first person: of the record, or of the last resumption';

COMMENT ON COLUMN public.agreements.confirmed_by IS 'the second person; null: nobody yet';

COMMENT ON COLUMN public.agreements.confirmed_at IS 'since when it has been agreed on';

COMMENT ON COLUMN public.agreements.ended_on IS 'null unless it was ended before its last day';

CREATE TABLE public.broker_queues (
    agency uuid NOT NULL,
    version integer NOT NULL,
    queue text NOT NULL,
    is_open boolean NOT NULL,
    is_declared boolean NOT NULL,
    mark bigint,
    discarded text[] NOT NULL,
    endings bigint NOT NULL,
    waiting integer,
    readers integer,
    looked_at timestamp with time zone,
    opened_at timestamp with time zone NOT NULL,
    opened_by uuid NOT NULL,
    named_at timestamp with time zone DEFAULT now() NOT NULL,
    days_at timestamp with time zone
);

COMMENT ON COLUMN public.broker_queues.version IS 'counts the steps that people took; the ETag';

COMMENT ON COLUMN public.broker_queues.queue IS 'its name at the broker, the last part of which is drawn by lot';

COMMENT ON COLUMN public.broker_queues.is_open IS 'whether the agency wants one';

COMMENT ON COLUMN public.broker_queues.is_declared IS 'whether it is at the broker, as far as is known here';

COMMENT ON COLUMN public.broker_queues.mark IS 'the last sequence that the broker has confirmed; null: nothing was looked at yet';

COMMENT ON COLUMN public.broker_queues.discarded IS 'queues to be deleted before anything else is published';

COMMENT ON COLUMN public.broker_queues.endings IS 'those of the stream, for which it was emptied already';

COMMENT ON COLUMN public.broker_queues.waiting IS 'messages that waited for a reader when it was last looked at';

COMMENT ON COLUMN public.broker_queues.readers IS 'consumers, when it was last looked at';

COMMENT ON COLUMN public.broker_queues.opened_at IS 'the last time that it was opened, or got a new name';

COMMENT ON COLUMN public.broker_queues.opened_by IS 'a member of staff, or a key of the agency''s';

COMMENT ON COLUMN public.broker_queues.named_at IS 'when it got its name; real time: a key that is revoked later is cut off';

COMMENT ON COLUMN public.broker_queues.days_at IS 'up to when it was looked whether something has ended by its day; null: nothing was in it yet';

CREATE TABLE public.case_laws (
    case_id uuid NOT NULL,
    jurisdiction text NOT NULL
);

CREATE TABLE public.early_events (
    id uuid NOT NULL,
    source text NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    case_id uuid NOT NULL,
    classification text NOT NULL,
    correlation uuid NOT NULL,
    cause uuid,
    data jsonb NOT NULL,
    "position" bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.early_events."position" IS 'in its source''s log';

COMMENT ON COLUMN public.early_events.recorded_at IS 'when its source recorded it; real time';

CREATE TABLE public.freezes (
    id uuid NOT NULL,
    case_id uuid NOT NULL
);

CREATE TABLE public.frozen_events (
    agency uuid NOT NULL,
    event uuid NOT NULL,
    serial bigint NOT NULL,
    case_id uuid NOT NULL,
    sequence bigint,
    told_on date NOT NULL
);

COMMENT ON COLUMN public.frozen_events.serial IS 'the order in which they came';

COMMENT ON COLUMN public.frozen_events.sequence IS 'the position at which it stood, and which it left empty; null: it never was in the stream';

COMMENT ON COLUMN public.frozen_events.told_on IS 'the day on which it was put on its way, or would have been';

ALTER TABLE public.frozen_events ALTER COLUMN serial ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.frozen_events_serial_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.gate_decisions (
    case_id uuid NOT NULL,
    agency uuid NOT NULL,
    type text NOT NULL,
    because text NOT NULL,
    is_told boolean NOT NULL,
    count integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.gate_decisions.case_id IS 'the case, or whatever else it is about';

COMMENT ON COLUMN public.gate_decisions.because IS 'code list gate_reason';

CREATE TABLE public.grounds (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    agency uuid NOT NULL,
    kind text NOT NULL,
    purposes text[] NOT NULL,
    data_categories text[] NOT NULL,
    since date,
    until date NOT NULL
);

COMMENT ON COLUMN public.grounds.id IS 'the consent, or the sharing without one';

COMMENT ON COLUMN public.grounds.kind IS 'consent or sharing';

COMMENT ON COLUMN public.grounds.since IS 'the first day on which it counts; null: none is known';

COMMENT ON COLUMN public.grounds.until IS 'the last day on which it counts';

CREATE TABLE public.histories_to_tell (
    case_id uuid NOT NULL,
    source text NOT NULL,
    agency uuid NOT NULL,
    read_to bigint NOT NULL,
    left_from bigint,
    left_to bigint
);

COMMENT ON COLUMN public.histories_to_tell.read_to IS 'how far the source''s log was read of this case';

COMMENT ON COLUMN public.histories_to_tell.left_from IS 'the first position that came meanwhile';

COMMENT ON COLUMN public.histories_to_tell.left_to IS 'the last position that came meanwhile';

CREATE TABLE public.own_log_mark (
    single smallint NOT NULL,
    "position" bigint NOT NULL
);

CREATE TABLE public.parties (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    agency uuid NOT NULL
);

COMMENT ON COLUMN public.parties.id IS 'the consent, the sharing or the referral';

CREATE TABLE public.pseudonym_keys (
    agency uuid NOT NULL,
    generation integer NOT NULL,
    key bytea NOT NULL,
    since timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.pseudonym_keys.generation IS '1 is the first; the highest is in use';

COMMENT ON COLUMN public.pseudonym_keys.key IS 'sealed';

CREATE TABLE public.register_entries (
    id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    languages text[] NOT NULL,
    services text[] NOT NULL,
    duties text[] NOT NULL,
    contact bytea,
    reason text,
    since timestamp with time zone NOT NULL,
    registered_by uuid,
    registered_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.register_entries.version IS 'counts the changes; the ETag';

COMMENT ON COLUMN public.register_entries.services IS 'what it helps with';

COMMENT ON COLUMN public.register_entries.duties IS 'bodies under a duty that it is, by the profiles'' codes';

COMMENT ON COLUMN public.register_entries.contact IS 'for referrals; sealed, it may name a person';

COMMENT ON COLUMN public.register_entries.reason IS 'why it is suspended or has ended; null while it takes part';

COMMENT ON COLUMN public.register_entries.since IS 'of the state in which it is';

COMMENT ON COLUMN public.register_entries.registered_by IS 'null: by the service itself, from the profiles';

CREATE TABLE public.stream_endings (
    agency uuid NOT NULL,
    count bigint NOT NULL
);

CREATE TABLE public.stream_epochs (
    agency uuid NOT NULL,
    epoch uuid NOT NULL,
    after bigint NOT NULL,
    began_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.stream_epochs.after IS 'the last position of the life before';

CREATE TABLE public.stream_positions (
    agency uuid NOT NULL,
    sequence bigint NOT NULL,
    event uuid NOT NULL,
    told_at timestamp with time zone NOT NULL,
    told_on date NOT NULL
);

COMMENT ON COLUMN public.stream_positions.told_on IS 'the same as a day under the law of the case';

CREATE TABLE public.streams (
    agency uuid NOT NULL,
    head bigint NOT NULL
);

CREATE TABLE public.subscriptions (
    agency uuid NOT NULL,
    version integer NOT NULL,
    types text[] NOT NULL,
    jurisdictions text[] NOT NULL,
    purposes text[] NOT NULL,
    data_categories text[] NOT NULL,
    form text NOT NULL,
    pinned jsonb NOT NULL,
    is_paused boolean NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    is_sandbox boolean DEFAULT false NOT NULL
);

COMMENT ON COLUMN public.subscriptions.version IS 'counts the changes; the ETag';

COMMENT ON COLUMN public.subscriptions.types IS 'types of events, by patterns';

COMMENT ON COLUMN public.subscriptions.form IS 'full or thin';

COMMENT ON COLUMN public.subscriptions.pinned IS 'type -> the version that the agency reads';

COMMENT ON COLUMN public.subscriptions.is_paused IS 'nothing is pushed; the feed goes on';

COMMENT ON COLUMN public.subscriptions.changed_by IS 'a member of staff, or a key of the agency';

COMMENT ON COLUMN public.subscriptions.is_sandbox IS 'it is told of fictitious people alone';

CREATE TABLE public.told_categories (
    case_id uuid NOT NULL,
    agency uuid NOT NULL,
    category text NOT NULL
);

COMMENT ON COLUMN public.told_categories.category IS 'code list data_category, or empty';

CREATE TABLE public.told_events (
    id uuid NOT NULL,
    source text NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    case_id uuid NOT NULL,
    classification text NOT NULL,
    correlation uuid NOT NULL,
    cause uuid,
    data jsonb NOT NULL,
    source_position bigint
);

COMMENT ON COLUMN public.told_events.case_id IS 'the case, or whatever else the event is about';

COMMENT ON COLUMN public.told_events.source_position IS 'in its source''s log; null: told by partners alone, or unknown';

CREATE TABLE public.webhook_attempts (
    number bigint NOT NULL,
    id uuid NOT NULL,
    webhook uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    sequence bigint,
    is_again boolean NOT NULL,
    outcome text NOT NULL,
    status smallint,
    milliseconds integer NOT NULL,
    answer bytea
);

COMMENT ON COLUMN public.webhook_attempts.number IS 'in their order';

COMMENT ON COLUMN public.webhook_attempts.at IS 'real time';

COMMENT ON COLUMN public.webhook_attempts.sequence IS 'in the agency''s stream; null: a test event';

COMMENT ON COLUMN public.webhook_attempts.is_again IS 'somebody had asked for it once more';

COMMENT ON COLUMN public.webhook_attempts.outcome IS 'code list webhook_outcome';

COMMENT ON COLUMN public.webhook_attempts.status IS 'of the answer; null: there was none';

COMMENT ON COLUMN public.webhook_attempts.answer IS 'the beginning of the answer; sealed';

ALTER TABLE public.webhook_attempts ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webhook_attempts_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.webhook_requests (
    id uuid NOT NULL,
    webhook uuid NOT NULL,
    kind text NOT NULL,
    after bigint NOT NULL,
    until bigint NOT NULL,
    type text,
    asked_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.webhook_requests.kind IS 'test or redelivery';

COMMENT ON COLUMN public.webhook_requests.after IS 'the last position that was sent again, or left out';

COMMENT ON COLUMN public.webhook_requests.until IS 'the last position that is to be';

COMMENT ON COLUMN public.webhook_requests.type IS 'only events of this type; null: all';

COMMENT ON COLUMN public.webhook_requests.asked_at IS 'real time';

CREATE TABLE public.webhooks (
    id uuid NOT NULL,
    version integer NOT NULL,
    agency uuid NOT NULL,
    url bytea NOT NULL,
    kind text NOT NULL,
    secret bytea NOT NULL,
    former_secret bytea,
    former_until timestamp with time zone,
    state text NOT NULL,
    reason text,
    "position" bigint NOT NULL,
    tries smallint NOT NULL,
    failing_since timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    last_delivered_at timestamp with time zone,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.webhooks.version IS 'counts the changes of its settings; the ETag';

COMMENT ON COLUMN public.webhooks.url IS 'sealed: an address may hold a secret';

COMMENT ON COLUMN public.webhooks.kind IS 'of its signatures: v1 or v1a';

COMMENT ON COLUMN public.webhooks.secret IS 'sealed';

COMMENT ON COLUMN public.webhooks.former_secret IS 'signs too, for a while; sealed';

COMMENT ON COLUMN public.webhooks.former_until IS 'real time';

COMMENT ON COLUMN public.webhooks.state IS 'code list webhook_state';

COMMENT ON COLUMN public.webhooks.reason IS 'why it is disabled; null: it is not';

COMMENT ON COLUMN public.webhooks."position" IS 'the last of the stream that it took';

COMMENT ON COLUMN public.webhooks.tries IS 'that failed in a row, of what comes next';

COMMENT ON COLUMN public.webhooks.failing_since IS 'real time; null: it is not failing';

COMMENT ON COLUMN public.webhooks.next_at IS 'no try before this; real time';

COMMENT ON COLUMN public.webhooks.last_delivered_at IS 'real time; null: nothing yet';

COMMENT ON COLUMN public.webhooks.made_by IS 'a member of staff, or a key of the agency';

COMMENT ON COLUMN public.webhooks.made_at IS 'real time';

ALTER TABLE ONLY public.agency_keys
    ADD CONSTRAINT agency_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.agreements
    ADD CONSTRAINT agreements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.broker_queues
    ADD CONSTRAINT broker_queues_pkey PRIMARY KEY (agency);

ALTER TABLE ONLY public.case_laws
    ADD CONSTRAINT case_laws_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.early_events
    ADD CONSTRAINT early_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.freezes
    ADD CONSTRAINT freezes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.frozen_events
    ADD CONSTRAINT frozen_events_pkey PRIMARY KEY (agency, event);

ALTER TABLE ONLY public.gate_decisions
    ADD CONSTRAINT gate_decisions_pkey PRIMARY KEY (case_id, agency, type, because);

ALTER TABLE ONLY public.grounds
    ADD CONSTRAINT grounds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.histories_to_tell
    ADD CONSTRAINT histories_to_tell_pkey PRIMARY KEY (case_id, source, agency);

ALTER TABLE ONLY public.own_log_mark
    ADD CONSTRAINT own_log_mark_pkey PRIMARY KEY (single);

ALTER TABLE ONLY public.parties
    ADD CONSTRAINT parties_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pseudonym_keys
    ADD CONSTRAINT pseudonym_keys_pkey PRIMARY KEY (agency, generation);

ALTER TABLE ONLY public.register_entries
    ADD CONSTRAINT register_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stream_endings
    ADD CONSTRAINT stream_endings_pkey PRIMARY KEY (agency);

ALTER TABLE ONLY public.stream_epochs
    ADD CONSTRAINT stream_epochs_pkey PRIMARY KEY (agency, epoch);

ALTER TABLE ONLY public.stream_positions
    ADD CONSTRAINT stream_positions_pkey PRIMARY KEY (agency, sequence);

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (agency);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (agency);

ALTER TABLE ONLY public.told_categories
    ADD CONSTRAINT told_categories_pkey PRIMARY KEY (case_id, agency, category);

ALTER TABLE ONLY public.told_events
    ADD CONSTRAINT told_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_attempts
    ADD CONSTRAINT webhook_attempts_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.webhook_requests
    ADD CONSTRAINT webhook_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

CREATE INDEX agency_keys_agency_index ON public.agency_keys USING btree (agency);

CREATE INDEX agreements_agency_index ON public.agreements USING btree (agency);

CREATE INDEX early_events_case_id_index ON public.early_events USING btree (case_id);

CREATE INDEX early_events_recorded_at_index ON public.early_events USING btree (recorded_at);

CREATE INDEX freezes_case_id_index ON public.freezes USING btree (case_id);

CREATE INDEX frozen_events_case_id_agency_index ON public.frozen_events USING btree (case_id, agency);

CREATE INDEX grounds_case_id_agency_index ON public.grounds USING btree (case_id, agency);

CREATE INDEX parties_case_id_index ON public.parties USING btree (case_id);

CREATE UNIQUE INDEX stream_positions_agency_event_key ON public.stream_positions USING btree (agency, event);

CREATE INDEX told_events_case_id_index ON public.told_events USING btree (case_id);

CREATE INDEX webhook_attempts_at_index ON public.webhook_attempts USING btree (at);

CREATE INDEX webhook_attempts_webhook_number_index ON public.webhook_attempts USING btree (webhook, number);

CREATE INDEX webhook_requests_webhook_index ON public.webhook_requests USING btree (webhook);

CREATE INDEX webhooks_agency_index ON public.webhooks USING btree (agency);
