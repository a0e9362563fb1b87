-- The tables of a key database at 0.2.0, as pg_dump wrote them. Do not edit.
-- They were generated once, from the dump in tests/migrations/0.2.0.

CREATE TABLE public.blind_indexes (
    subject uuid NOT NULL,
    purpose text NOT NULL,
    digest bytea NOT NULL
);

COMMENT ON COLUMN public.blind_indexes.digest IS 'keyed fingerprint of a value that the case is found by';

CREATE TABLE public.case_keys (
    subject uuid NOT NULL,
    wrapped bytea NOT NULL,
    ring_key text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.case_keys.wrapped IS 'the data key, under a key of the ring';

COMMENT ON COLUMN public.case_keys.ring_key IS 'the name of that key';

COMMENT ON COLUMN public.case_keys.changed_at IS 'made, or wrapped';

CREATE TABLE public.exchange_keys (
    id uuid NOT NULL,
    day date NOT NULL,
    wrapped bytea NOT NULL,
    ring_key text NOT NULL
);

COMMENT ON COLUMN public.exchange_keys.day IS 'the day (UTC) on which events are sealed under it';

COMMENT ON COLUMN public.exchange_keys.wrapped IS 'the key, under a key of the ring';

COMMENT ON COLUMN public.exchange_keys.ring_key IS 'the name of that key';

CREATE TABLE public.tombstones (
    subject uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON COLUMN public.tombstones.subject IS 'a case that was erased: it never gets a key again';

ALTER TABLE ONLY public.blind_indexes
    ADD CONSTRAINT blind_indexes_pkey PRIMARY KEY (subject, purpose, digest);

ALTER TABLE ONLY public.case_keys
    ADD CONSTRAINT case_keys_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.exchange_keys
    ADD CONSTRAINT exchange_keys_day_key UNIQUE (day);

ALTER TABLE ONLY public.exchange_keys
    ADD CONSTRAINT exchange_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tombstones
    ADD CONSTRAINT tombstones_pkey PRIMARY KEY (subject);

CREATE INDEX blind_indexes_digest_index ON public.blind_indexes USING btree (purpose, digest);

CREATE INDEX case_keys_changed_at_index ON public.case_keys USING btree (changed_at);

CREATE INDEX case_keys_ring_key_index ON public.case_keys USING btree (ring_key, subject);
