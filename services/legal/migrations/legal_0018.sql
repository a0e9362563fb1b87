-- The tables of legal at 0.2.0, as pg_dump wrote them. Do not edit.
-- They were generated once, from the dump in tests/migrations/0.2.0.

-- Periods of this service follow from facts: it has no requests for clocks, and no state of a paused clock.
DROP TABLE public.clock_requests;
ALTER TABLE public.clocks
    DROP COLUMN paused_at,
    DROP COLUMN announced;

CREATE TABLE public.advice (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    phase character varying NOT NULL,
    status character varying NOT NULL,
    topics text[] NOT NULL,
    funding character varying NOT NULL,
    language character varying NOT NULL,
    interpreter boolean NOT NULL,
    given_on date NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    recorded_by uuid,
    format character varying,
    CONSTRAINT advice_status_check CHECK (((status)::text = ANY ((ARRAY['given'::character varying, 'declined'::character varying, 'unavailable'::character varying, 'could_not_wait'::character varying])::text[])))
);

COMMENT ON COLUMN public.advice.recorded_by IS 'null: it was not kept yet';

CREATE TABLE public.advice_follow_ups (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    advice uuid NOT NULL,
    kind character varying NOT NULL,
    due_on date NOT NULL,
    done_on date,
    recorded_by uuid NOT NULL
);

CREATE TABLE public.advice_requests (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    topics text[] NOT NULL,
    unmet character varying,
    urgent boolean NOT NULL,
    asked_on date NOT NULL,
    ended character varying,
    ended_on date,
    recorded_by uuid NOT NULL
);

CREATE TABLE public.award_steps (
    id uuid NOT NULL,
    award uuid NOT NULL,
    case_id uuid NOT NULL,
    kind character varying NOT NULL,
    happened_on date NOT NULL,
    amount bytea,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.award_steps.amount IS 'sealed';

CREATE TABLE public.awards (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    remedy character varying NOT NULL,
    payer character varying NOT NULL,
    currency character varying NOT NULL,
    amount bytea,
    awarded_on date NOT NULL,
    state character varying NOT NULL,
    next_on date,
    recorded_by uuid NOT NULL
);

COMMENT ON COLUMN public.awards.amount IS 'sealed; null: not known';

CREATE TABLE public.birth_inquiries (
    case_id uuid NOT NULL,
    asked uuid NOT NULL,
    tries integer NOT NULL,
    next_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.birth_inquiries.asked IS 'sets one asking apart from the next';

COMMENT ON COLUMN public.birth_inquiries.next_at IS 'real time';

CREATE TABLE public.birth_months (
    case_id uuid NOT NULL,
    month bytea NOT NULL
);

COMMENT ON COLUMN public.birth_months.month IS 'sealed';

CREATE TABLE public.brief_advice (
    id uuid NOT NULL,
    agency uuid,
    phase character varying NOT NULL,
    status character varying NOT NULL,
    topics text[] NOT NULL,
    funding character varying NOT NULL,
    language character varying NOT NULL,
    interpreter boolean NOT NULL,
    format character varying NOT NULL,
    given_on date NOT NULL
);

COMMENT ON COLUMN public.brief_advice.agency IS 'for which it was given; null: none is known';

CREATE TABLE public.calendar_entries (
    uid uuid NOT NULL,
    feed uuid NOT NULL,
    record uuid NOT NULL,
    case_id uuid NOT NULL,
    day date NOT NULL,
    takes_time boolean NOT NULL,
    sequence integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    is_cancelled boolean NOT NULL
);

COMMENT ON COLUMN public.calendar_entries.takes_time IS 'a hearing; false: a day by which something must be done';

COMMENT ON COLUMN public.calendar_entries.changed_at IS 'real time';

CREATE TABLE public.calendar_feeds (
    id uuid NOT NULL,
    member uuid NOT NULL,
    digest bytea NOT NULL,
    busy_only boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

COMMENT ON COLUMN public.calendar_feeds.digest IS 'of the secret part of its address';

COMMENT ON COLUMN public.calendar_feeds.made_at IS 'real time, as the two below';

CREATE TABLE public.case_team (
    case_id uuid NOT NULL,
    member uuid NOT NULL,
    role character varying NOT NULL,
    lead boolean NOT NULL
);

CREATE TABLE public.cases (
    id uuid NOT NULL,
    version integer NOT NULL,
    jurisdiction character varying,
    status character varying NOT NULL,
    CONSTRAINT cases_status_check CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying])::text[])))
);

CREATE TABLE public.conflict_checks (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    cause character varying NOT NULL,
    about uuid,
    asked_by uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    result character varying,
    answer character varying,
    answered_on date,
    answered_by uuid
);

COMMENT ON COLUMN public.conflict_checks.about IS 'the party or the adviser that was added';

COMMENT ON COLUMN public.conflict_checks.result IS 'null: it has not been made yet';

CREATE TABLE public.conflict_hits (
    id uuid NOT NULL,
    conflict_check uuid NOT NULL,
    case_id uuid NOT NULL,
    party uuid NOT NULL,
    role character varying NOT NULL,
    other_case uuid NOT NULL,
    other_file uuid NOT NULL,
    other_role character varying NOT NULL,
    kind character varying NOT NULL,
    alike character varying NOT NULL,
    advisers uuid[] NOT NULL
);

COMMENT ON COLUMN public.conflict_hits.advisers IS 'who works on both, or did';

CREATE TABLE public.corrections (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    record_class character varying NOT NULL,
    record uuid NOT NULL,
    revision integer,
    reason character varying NOT NULL,
    was jsonb,
    corrected_on date NOT NULL,
    corrected_at timestamp with time zone,
    corrected_by uuid
);

COMMENT ON COLUMN public.corrections.revision IS 'null: it was taken to another case';

CREATE TABLE public.defendants (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    proceeding uuid NOT NULL,
    party uuid,
    charges text[] NOT NULL,
    recorded_by uuid NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.defendants.party IS 'which party of the matter; null: not known';

CREATE TABLE public.hearing_help (
    id uuid NOT NULL,
    hearing uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    arrangement character varying NOT NULL,
    needed_on date NOT NULL,
    is_open boolean NOT NULL
);

COMMENT ON COLUMN public.hearing_help.id IS 'names neither the hearing nor its matter';

CREATE TABLE public.hearing_measures (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    hearing uuid NOT NULL,
    measure character varying NOT NULL,
    state character varying NOT NULL,
    wish character varying NOT NULL,
    happened_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

CREATE TABLE public.hearing_steps (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    hearing uuid NOT NULL,
    state character varying NOT NULL,
    held_on date NOT NULL,
    was_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL
);

COMMENT ON COLUMN public.hearing_steps.held_on IS 'the day after it';

COMMENT ON COLUMN public.hearing_steps.was_on IS 'the day before it';

CREATE TABLE public.hearings (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    proceeding uuid,
    kind character varying NOT NULL,
    held_on date NOT NULL,
    mode character varying NOT NULL,
    state character varying NOT NULL,
    wanted text[],
    arranged text[] NOT NULL,
    statement character varying NOT NULL,
    no_contact_from date,
    no_contact_until date,
    recorded_by uuid NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    interpreter_language character varying
);

COMMENT ON COLUMN public.hearings.held_on IS 'as it stands now; earlier days are in its steps';

COMMENT ON COLUMN public.hearings.wanted IS 'what the person needs; null: nobody asked';

COMMENT ON COLUMN public.hearings.no_contact_from IS 'the police do not contact the person from then on';

COMMENT ON COLUMN public.hearings.interpreter_language IS 'or dialect; null: none is needed, or not known';

CREATE TABLE public.identification_facts (
    event_id uuid NOT NULL,
    case_id uuid NOT NULL,
    "position" bigint NOT NULL,
    stage character varying NOT NULL,
    outcome character varying,
    authority character varying,
    occurred_on character varying,
    received_on date,
    made_elsewhere boolean NOT NULL,
    reconsidered character varying,
    step uuid,
    corrected boolean NOT NULL
);

COMMENT ON COLUMN public.identification_facts."position" IS 'in intake''s log: the order in which it was recorded';

COMMENT ON COLUMN public.identification_facts.occurred_on IS 'perhaps only a year or month';

COMMENT ON COLUMN public.identification_facts.step IS 'null: from a release that did not say';

COMMENT ON COLUMN public.identification_facts.corrected IS 'recorded wrongly: it counts no more';

CREATE TABLE public.key_dates (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    kind character varying NOT NULL,
    due_on date NOT NULL,
    unclear boolean NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    checked_by uuid,
    checked_at timestamp with time zone,
    answer character varying,
    answered_on date,
    answered_by uuid,
    proof bytea,
    moved_from uuid
);

COMMENT ON COLUMN public.key_dates.checked_by IS 'another than whoever recorded it';

COMMENT ON COLUMN public.key_dates.proof IS 'sealed';

COMMENT ON COLUMN public.key_dates.moved_from IS 'the key date in whose place it stands';

CREATE TABLE public.matter_barriers (
    file uuid NOT NULL,
    member uuid NOT NULL,
    case_id uuid NOT NULL,
    reason character varying NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamp with time zone NOT NULL
);

CREATE TABLE public.matter_corrections (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    record_class character varying NOT NULL,
    record uuid NOT NULL,
    revision integer,
    reason character varying NOT NULL,
    was jsonb,
    corrected_on date NOT NULL,
    corrected_at timestamp with time zone,
    corrected_by uuid
);

COMMENT ON COLUMN public.matter_corrections.revision IS 'null: it was taken to another case';

CREATE TABLE public.matter_documents (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    kind character varying NOT NULL,
    due_on date,
    received_on date,
    recorded_by uuid NOT NULL,
    unclear boolean DEFAULT false NOT NULL
);

COMMENT ON COLUMN public.matter_documents.unclear IS 'the day follows from a law, as we read it';

CREATE TABLE public.matter_files (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    type character varying NOT NULL,
    stage character varying NOT NULL,
    court_stage character varying,
    remedy character varying,
    claim uuid,
    privilege character varying NOT NULL,
    opening character varying NOT NULL,
    rejection character varying,
    responsible uuid,
    deputy uuid,
    opened_on date NOT NULL,
    opened_by uuid NOT NULL,
    agency uuid,
    review_on date,
    outcome character varying,
    closed_on date,
    privilege_waived_on date
);

COMMENT ON COLUMN public.matter_files.claim IS 'the claim that the case''s own file shows';

COMMENT ON COLUMN public.matter_files.responsible IS 'null: nobody who may see it is left';

COMMENT ON COLUMN public.matter_files.agency IS 'for whom it was opened; null: not known';

COMMENT ON COLUMN public.matter_files.privilege_waived_on IS 'by the person, who alone can';

CREATE TABLE public.matter_members (
    file uuid NOT NULL,
    member uuid NOT NULL,
    case_id uuid NOT NULL,
    joined_on date NOT NULL,
    left_on date,
    privilege character varying
);

COMMENT ON COLUMN public.matter_members.privilege IS 'of what they are told; null: as the matter''s';

CREATE TABLE public.matter_parties (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    role character varying NOT NULL,
    names bytea NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.matter_parties.names IS 'sealed';

CREATE TABLE public.matter_steps (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    step character varying NOT NULL,
    now character varying,
    happened_on date NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.matter_steps.now IS 'what it came to: a stage, a decision, an outcome';

CREATE TABLE public.matter_tasks (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    kind character varying NOT NULL,
    record uuid NOT NULL,
    due_on date,
    unclear boolean NOT NULL,
    members uuid[] NOT NULL,
    is_open boolean NOT NULL
);

COMMENT ON COLUMN public.matter_tasks.record IS 'what it is about: a record of the file, or the file';

COMMENT ON COLUMN public.matter_tasks.members IS 'on whose list it stands';

CREATE TABLE public.matters (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    remedy character varying NOT NULL,
    status character varying NOT NULL,
    opened_on date NOT NULL,
    applied_on date,
    late boolean,
    outcome character varying,
    amount_band character varying,
    currency character varying,
    decided_on date,
    paid_on date,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    recorded_by uuid,
    CONSTRAINT matters_status_check CHECK (((status)::text = ANY ((ARRAY['opened'::character varying, 'applied'::character varying, 'decided'::character varying, 'paid'::character varying])::text[])))
);

COMMENT ON COLUMN public.matters.late IS 'as far as was known when it was recorded';

COMMENT ON COLUMN public.matters.recorded_by IS 'null: it was not kept yet';

CREATE TABLE public.notes (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    matter uuid,
    kind character varying NOT NULL,
    text bytea NOT NULL,
    written_by uuid NOT NULL,
    written_at timestamp with time zone NOT NULL,
    superseded_by uuid
);

COMMENT ON COLUMN public.notes.text IS 'sealed';

COMMENT ON COLUMN public.notes.superseded_by IS 'the note that corrects this one';

CREATE TABLE public.proceeding_steps (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    proceeding uuid NOT NULL,
    defendant uuid,
    stage character varying,
    disposal character varying,
    review character varying,
    happened_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.proceeding_steps.review IS 'of a decision not to prosecute';

CREATE TABLE public.proceedings (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    kind character varying NOT NULL,
    person_role character varying NOT NULL,
    began_on date NOT NULL,
    warned_on date,
    recorded_by uuid NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.proceedings.warned_on IS 'of what a guilty plea can end, where the person is accused';

CREATE TABLE public.protection_steps (
    id uuid NOT NULL,
    protection uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    step character varying NOT NULL,
    happened_on date NOT NULL,
    until date,
    merits character varying,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.protection_steps.until IS 'of what was granted: its last day';

CREATE TABLE public.protections (
    id uuid NOT NULL,
    file uuid NOT NULL,
    case_id uuid NOT NULL,
    kind character varying NOT NULL,
    basis character varying NOT NULL,
    offence character varying,
    acted_on character varying,
    age_at_act character varying,
    recorded_by uuid NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.protections.offence IS 'of what the person is or was accused, by group';

COMMENT ON COLUMN public.protections.acted_on IS 'a day, a month or a year';

CREATE TABLE public.reconsiderations (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    stage character varying NOT NULL,
    ground character varying NOT NULL,
    requested_on date NOT NULL,
    late boolean NOT NULL,
    about uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.reconsiderations.late IS 'as far as was known when it was recorded';

COMMENT ON COLUMN public.reconsiderations.about IS 'the decision, by its fact';

CREATE TABLE public.rights_explained (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    code character varying NOT NULL,
    explained_on date NOT NULL,
    language character varying NOT NULL,
    format character varying NOT NULL,
    understood character varying NOT NULL,
    recorded_by uuid NOT NULL
);

ALTER TABLE ONLY public.advice_follow_ups
    ADD CONSTRAINT advice_follow_ups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.advice
    ADD CONSTRAINT advice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.advice_requests
    ADD CONSTRAINT advice_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.award_steps
    ADD CONSTRAINT award_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.awards
    ADD CONSTRAINT awards_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.birth_inquiries
    ADD CONSTRAINT birth_inquiries_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.birth_months
    ADD CONSTRAINT birth_months_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.brief_advice
    ADD CONSTRAINT brief_advice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.calendar_entries
    ADD CONSTRAINT calendar_entries_feed_record_key UNIQUE (feed, record);

ALTER TABLE ONLY public.calendar_entries
    ADD CONSTRAINT calendar_entries_pkey PRIMARY KEY (uid);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.case_team
    ADD CONSTRAINT case_team_pkey PRIMARY KEY (case_id, member);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conflict_checks
    ADD CONSTRAINT conflict_checks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conflict_hits
    ADD CONSTRAINT conflict_hits_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT corrections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.defendants
    ADD CONSTRAINT defendants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hearing_help
    ADD CONSTRAINT hearing_help_hearing_arrangement_key UNIQUE (hearing, arrangement);

ALTER TABLE ONLY public.hearing_help
    ADD CONSTRAINT hearing_help_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hearing_measures
    ADD CONSTRAINT hearing_measures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hearing_steps
    ADD CONSTRAINT hearing_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hearings
    ADD CONSTRAINT hearings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identification_facts
    ADD CONSTRAINT identification_facts_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.key_dates
    ADD CONSTRAINT key_dates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.matter_barriers
    ADD CONSTRAINT matter_barriers_pkey PRIMARY KEY (file, member);

ALTER TABLE ONLY public.matter_corrections
    ADD CONSTRAINT matter_corrections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.matter_documents
    ADD CONSTRAINT matter_documents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.matter_files
    ADD CONSTRAINT matter_files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.matter_members
    ADD CONSTRAINT matter_members_pkey PRIMARY KEY (file, member);

ALTER TABLE ONLY public.matter_parties
    ADD CONSTRAINT matter_parties_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.matter_steps
    ADD CONSTRAINT matter_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.matter_tasks
    ADD CONSTRAINT matter_tasks_file_kind_record_key UNIQUE (file, kind, record);

ALTER TABLE ONLY public.matter_tasks
    ADD CONSTRAINT matter_tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.matters
    ADD CONSTRAINT matters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.proceeding_steps
    ADD CONSTRAINT proceeding_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.proceedings
    ADD CONSTRAINT proceedings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.protection_steps
    ADD CONSTRAINT protection_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.protections
    ADD CONSTRAINT protections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reconsiderations
    ADD CONSTRAINT reconsiderations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rights_explained
    ADD CONSTRAINT rights_explained_pkey PRIMARY KEY (id);

CREATE INDEX advice_case_id_index ON public.advice USING btree (case_id);

CREATE INDEX advice_follow_ups_case_id_index ON public.advice_follow_ups USING btree (case_id);

CREATE INDEX advice_requests_case_id_index ON public.advice_requests USING btree (case_id);

CREATE INDEX award_steps_award_index ON public.award_steps USING btree (award);

CREATE INDEX award_steps_case_id_index ON public.award_steps USING btree (case_id);

CREATE INDEX awards_case_id_index ON public.awards USING btree (case_id);

CREATE INDEX brief_advice_agency_index ON public.brief_advice USING btree (agency);

CREATE INDEX calendar_entries_case_id_index ON public.calendar_entries USING btree (case_id);

CREATE INDEX calendar_feeds_member_index ON public.calendar_feeds USING btree (member);

CREATE INDEX conflict_checks_case_id_index ON public.conflict_checks USING btree (case_id);

CREATE INDEX conflict_checks_file_index ON public.conflict_checks USING btree (file);

CREATE INDEX conflict_hits_case_id_index ON public.conflict_hits USING btree (case_id);

CREATE INDEX conflict_hits_conflict_check_index ON public.conflict_hits USING btree (conflict_check);

CREATE INDEX conflict_hits_other_case_index ON public.conflict_hits USING btree (other_case);

CREATE INDEX corrections_case_id_index ON public.corrections USING btree (case_id);

CREATE INDEX defendants_case_id_index ON public.defendants USING btree (case_id);

CREATE INDEX defendants_file_index ON public.defendants USING btree (file);

CREATE INDEX defendants_proceeding_index ON public.defendants USING btree (proceeding);

CREATE INDEX hearing_help_case_id_index ON public.hearing_help USING btree (case_id);

CREATE INDEX hearing_help_file_index ON public.hearing_help USING btree (file);

CREATE INDEX hearing_measures_case_id_index ON public.hearing_measures USING btree (case_id);

CREATE INDEX hearing_measures_file_index ON public.hearing_measures USING btree (file);

CREATE INDEX hearing_measures_hearing_index ON public.hearing_measures USING btree (hearing);

CREATE INDEX hearing_steps_case_id_index ON public.hearing_steps USING btree (case_id);

CREATE INDEX hearing_steps_file_index ON public.hearing_steps USING btree (file);

CREATE INDEX hearing_steps_hearing_index ON public.hearing_steps USING btree (hearing);

CREATE INDEX hearings_case_id_index ON public.hearings USING btree (case_id);

CREATE INDEX hearings_file_index ON public.hearings USING btree (file);

CREATE INDEX identification_facts_case_id_index ON public.identification_facts USING btree (case_id);

CREATE INDEX identification_facts_step_index ON public.identification_facts USING btree (step);

CREATE INDEX key_dates_case_id_index ON public.key_dates USING btree (case_id);

CREATE INDEX key_dates_file_index ON public.key_dates USING btree (file);

CREATE INDEX matter_barriers_case_id_index ON public.matter_barriers USING btree (case_id);

CREATE INDEX matter_corrections_case_id_index ON public.matter_corrections USING btree (case_id);

CREATE INDEX matter_corrections_file_index ON public.matter_corrections USING btree (file);

CREATE INDEX matter_documents_case_id_index ON public.matter_documents USING btree (case_id);

CREATE INDEX matter_documents_file_index ON public.matter_documents USING btree (file);

CREATE INDEX matter_files_agency_index ON public.matter_files USING btree (agency);

CREATE INDEX matter_files_case_id_index ON public.matter_files USING btree (case_id);

CREATE INDEX matter_members_case_id_index ON public.matter_members USING btree (case_id);

CREATE INDEX matter_members_member_index ON public.matter_members USING btree (member);

CREATE INDEX matter_parties_case_id_index ON public.matter_parties USING btree (case_id);

CREATE INDEX matter_parties_file_index ON public.matter_parties USING btree (file);

CREATE INDEX matter_steps_case_id_index ON public.matter_steps USING btree (case_id);

CREATE INDEX matter_steps_file_index ON public.matter_steps USING btree (file);

CREATE INDEX matter_tasks_case_id_index ON public.matter_tasks USING btree (case_id);

CREATE INDEX matters_case_id_index ON public.matters USING btree (case_id);

CREATE INDEX notes_case_id_index ON public.notes USING btree (case_id);

CREATE INDEX proceeding_steps_case_id_index ON public.proceeding_steps USING btree (case_id);

CREATE INDEX proceeding_steps_file_index ON public.proceeding_steps USING btree (file);

CREATE INDEX proceeding_steps_proceeding_index ON public.proceeding_steps USING btree (proceeding);

CREATE INDEX proceedings_case_id_index ON public.proceedings USING btree (case_id);

CREATE INDEX proceedings_file_index ON public.proceedings USING btree (file);

CREATE INDEX protection_steps_case_id_index ON public.protection_steps USING btree (case_id);

CREATE INDEX protection_steps_file_index ON public.protection_steps USING btree (file);

CREATE INDEX protection_steps_protection_index ON public.protection_steps USING btree (protection);

CREATE INDEX protections_case_id_index ON public.protections USING btree (case_id);

CREATE INDEX protections_file_index ON public.protections USING btree (file);

CREATE INDEX reconsiderations_case_id_index ON public.reconsiderations USING btree (case_id);

CREATE INDEX rights_explained_case_id_index ON public.rights_explained USING btree (case_id);
