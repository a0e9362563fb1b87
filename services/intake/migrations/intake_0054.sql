-- The tables of intake at 0.2.0, as pg_dump wrote them. Do not edit.
-- They were generated once, from the dump in tests/migrations/0.2.0.

-- Periods of this service follow from facts: it has no requests for clocks, and no state of a paused clock.
DROP TABLE public.clock_requests;
ALTER TABLE public.clocks
    DROP COLUMN paused_at,
    DROP COLUMN announced;

CREATE FUNCTION public.note_team() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    begin
        -- Of two who leave at one time, the second looks once the first has left.
        perform from cases where id = coalesce(new.case_id, old.case_id) for no key update;
        if tg_op = 'INSERT' then
            update cases set has_team = true, left_by = null where id = new.case_id and not has_team;
        else
            update cases set has_team = false, left_by = (
                select nullif(staff.agency, '00000000-0000-0000-0000-000000000000') from staff
                where staff.id = old.member
            ) where id = old.case_id
                and not exists (select from case_team where case_team.case_id = old.case_id);
        end if;
        return null;
    end $$;

CREATE TABLE public.access_requests (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind character varying NOT NULL,
    received_on date NOT NULL,
    finding character varying,
    checked_by uuid,
    checked_at timestamp with time zone,
    third_parties character varying,
    third_parties_reviewed_by uuid,
    privileged character varying,
    privileged_reviewed_by uuid,
    released_until timestamp with time zone
);

COMMENT ON COLUMN public.access_requests.checked_at IS 'real time';

COMMENT ON COLUMN public.access_requests.released_until IS 'real time';

CREATE TABLE public.accounts (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    times integer NOT NULL,
    elsewhere boolean NOT NULL,
    reason character varying,
    given_on date NOT NULL,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.accounts.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.accounts.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.accounts.recorded_by IS 'null: by the system itself';

CREATE TABLE public.annotations (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    about character varying NOT NULL,
    record uuid NOT NULL,
    reason character varying NOT NULL,
    statement bytea NOT NULL,
    annotated_on date NOT NULL,
    by uuid NOT NULL
);

COMMENT ON COLUMN public.annotations.statement IS 'sealed';

CREATE TABLE public.anonymity_choices (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    anonymous boolean NOT NULL,
    reason character varying NOT NULL,
    chosen_on date NOT NULL,
    recorded_by uuid NOT NULL
);

CREATE TABLE public.case_links (
    id uuid NOT NULL,
    first_id uuid NOT NULL,
    second_id uuid NOT NULL,
    kind character varying NOT NULL,
    linked_on date NOT NULL,
    CONSTRAINT case_links_order_check CHECK ((first_id < second_id))
);

CREATE TABLE public.case_merges (
    id uuid NOT NULL,
    kept_id uuid NOT NULL,
    alias_id uuid NOT NULL,
    merged_by uuid NOT NULL,
    merged_on date NOT NULL,
    unmerged_by uuid,
    unmerged_on date
);

CREATE TABLE public.case_team (
    case_id uuid NOT NULL,
    member uuid NOT NULL,
    role character varying NOT NULL,
    lead boolean NOT NULL
);

CREATE TABLE public.cases (
    id uuid NOT NULL,
    version integer NOT NULL,
    jurisdiction character varying NOT NULL,
    status character varying NOT NULL,
    source character varying NOT NULL,
    channel character varying NOT NULL,
    language character varying NOT NULL,
    anonymous boolean NOT NULL,
    age character varying NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    closure_reason character varying,
    outreach_session uuid,
    reopened_on date,
    revision integer DEFAULT 1 NOT NULL,
    closed_although character varying,
    number character varying NOT NULL,
    has_team boolean DEFAULT true NOT NULL,
    left_by uuid,
    CONSTRAINT cases_status_check CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying])::text[])))
);

COMMENT ON COLUMN public.cases.revision IS 'of what was stated at the opening';

COMMENT ON COLUMN public.cases.number IS 'short, to be said aloud; in no event, address or log';

COMMENT ON COLUMN public.cases.has_team IS 'somebody is on its team; a trigger notes it';

COMMENT ON COLUMN public.cases.left_by IS 'the agency of who was last on its team, while nobody is; null: not known. A trigger notes it';

CREATE TABLE public.closing_proposals (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    state character varying NOT NULL,
    reason character varying NOT NULL,
    closed_on date,
    although_open character varying,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    lapses_at timestamp with time zone NOT NULL,
    answered_by uuid,
    answered_at timestamp with time zone,
    refusal character varying
);

COMMENT ON COLUMN public.closing_proposals.closed_on IS 'null: on the day on which it is confirmed';

CREATE TABLE public.consent_asked_anew (
    case_id uuid NOT NULL,
    since date NOT NULL
);

CREATE TABLE public.consent_refusals (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    agency uuid NOT NULL,
    purposes text[] NOT NULL,
    refused_on date NOT NULL,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.consent_refusals.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.consent_refusals.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.consent_refusals.recorded_by IS 'null: by the system itself';

CREATE TABLE public.consents (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    purposes text[] NOT NULL,
    data_categories text[] NOT NULL,
    language character varying NOT NULL,
    checklist text[] NOT NULL,
    granted_on date NOT NULL,
    expires_on date NOT NULL,
    withdrawn_on date,
    erase_requested boolean,
    explained_by uuid,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    withdrawal_happened character varying,
    withdrawal_learnt character varying,
    withdrawal_recorded_at timestamp with time zone,
    withdrawal_recorded_by uuid,
    answer_due_on date,
    agency uuid CONSTRAINT consents_agency_id_not_null NOT NULL
);

COMMENT ON COLUMN public.consents.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.consents.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.consents.recorded_by IS 'null: by the system itself';

CREATE TABLE public.contact_attempts (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    channel character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    outcome character varying NOT NULL,
    made_by uuid NOT NULL,
    recorded_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

CREATE TABLE public.corrections (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    record_class character varying NOT NULL,
    record uuid NOT NULL,
    reason character varying NOT NULL,
    corrected_on date NOT NULL,
    revision integer,
    was jsonb,
    corrected_at timestamp with time zone,
    corrected_by uuid
);

COMMENT ON COLUMN public.corrections.revision IS 'null: it was taken to another case';

CREATE TABLE public.detections (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    indicators text[] NOT NULL,
    strength character varying NOT NULL,
    exploitation_types text[] NOT NULL,
    means_of_control text[] NOT NULL,
    sectors text[] NOT NULL,
    detector character varying NOT NULL,
    earliest_incident_on character varying,
    work_ended_on character varying,
    detected_on date NOT NULL,
    operational text[] NOT NULL,
    last_incident_on character varying,
    exploitation_ended_on character varying,
    crime_reported_on character varying,
    happened character varying,
    learnt character varying,
    corrected_on date,
    corrected_because character varying
);

COMMENT ON COLUMN public.detections.happened IS 'as exactly as is known; null: recorded before that was asked';

COMMENT ON COLUMN public.detections.corrected_on IS 'taken back: it counts no more';

CREATE TABLE public.disclosure_proposals (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    disclosure_id uuid NOT NULL,
    state character varying NOT NULL,
    challenged character varying NOT NULL,
    decision character varying NOT NULL,
    given text[] NOT NULL,
    person_agreed boolean NOT NULL,
    person_told boolean NOT NULL,
    not_told_reason character varying,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    lapses_at timestamp with time zone NOT NULL,
    answered_by uuid,
    answered_at timestamp with time zone,
    refusal character varying
);

CREATE TABLE public.disclosures (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    demanded_by character varying NOT NULL,
    basis character varying NOT NULL,
    asked text[] NOT NULL,
    received_on date NOT NULL,
    challenged character varying,
    decision character varying,
    given text[] NOT NULL,
    person_agreed boolean,
    person_told boolean,
    not_told_reason character varying,
    decided_on date,
    decided_by uuid,
    confirmed_by uuid
);

CREATE TABLE public.due_seen_to (
    case_id uuid NOT NULL,
    reference uuid NOT NULL,
    state character varying NOT NULL,
    due_on date,
    by uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.due_seen_to.reference IS 'the period';

CREATE TABLE public.duplicate_declined (
    case_id uuid NOT NULL,
    other_id uuid NOT NULL,
    declined_by uuid NOT NULL,
    declined_on date NOT NULL
);

CREATE TABLE public.entry_decisions (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decision character varying NOT NULL,
    advice character varying NOT NULL,
    decided_on date NOT NULL
);

CREATE TABLE public.erasure_acknowledgements (
    request_id uuid NOT NULL,
    holder character varying NOT NULL,
    answer character varying NOT NULL,
    basis character varying,
    at timestamp with time zone NOT NULL,
    CONSTRAINT erasure_acknowledgements_answer_check CHECK (((answer)::text = ANY ((ARRAY['deleted'::character varying, 'kept'::character varying])::text[])))
);

CREATE TABLE public.erasure_requests (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    state character varying NOT NULL,
    reason character varying NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    coercion_checked_by uuid,
    coercion_checked_at timestamp with time zone,
    third_party_reviewed_by uuid,
    third_party_reviewed_at timestamp with time zone,
    decided_by uuid,
    decided_at timestamp with time zone,
    refusal character varying,
    ordered_at timestamp with time zone,
    completed_at timestamp with time zone,
    lapses_at timestamp with time zone,
    confirmed_by uuid,
    confirmed_at timestamp with time zone,
    held_at timestamp with time zone,
    received_on date,
    CONSTRAINT erasure_requests_state_check CHECK (((state)::text = ANY ((ARRAY['requested'::character varying, 'proposed'::character varying, 'refused'::character varying, 'lifted'::character varying, 'held'::character varying, 'ordered'::character varying, 'complete'::character varying])::text[])))
);

COMMENT ON COLUMN public.erasure_requests.case_id IS 'the case may be gone';

COMMENT ON COLUMN public.erasure_requests.received_on IS 'null: the day on which it was recorded';

CREATE TABLE public.exclusion_notes (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    note bytea NOT NULL
);

CREATE TABLE public.first_responders (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    body character varying NOT NULL,
    state character varying NOT NULL,
    reason character varying,
    asked_on date NOT NULL,
    answered_on date,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    taken_back_at timestamp with time zone,
    answer_happened character varying,
    answer_learnt character varying,
    answer_recorded_at timestamp with time zone,
    answer_recorded_by uuid,
    revision integer DEFAULT 1 NOT NULL,
    CONSTRAINT first_responders_state_check CHECK (((state)::text = ANY ((ARRAY['asked'::character varying, 'accepted'::character varying, 'declined'::character varying])::text[])))
);

COMMENT ON COLUMN public.first_responders.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.first_responders.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.first_responders.recorded_by IS 'null: by the system itself';

CREATE TABLE public.former_details_reasons (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member uuid NOT NULL,
    reason character varying NOT NULL,
    given_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE public.former_name_searches (
    member uuid NOT NULL,
    reason character varying NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE public.glass_reviews (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    member uuid NOT NULL,
    reason character varying NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    outcome character varying,
    reviewed_by uuid,
    reviewed_at timestamp with time zone
);

COMMENT ON COLUMN public.glass_reviews.id IS 'of the access in an emergency';

COMMENT ON COLUMN public.glass_reviews.opened_at IS 'real time';

CREATE TABLE public.heard_absences (
    absence uuid NOT NULL,
    case_id uuid NOT NULL,
    since timestamp with time zone,
    is_over boolean NOT NULL
);

COMMENT ON COLUMN public.heard_absences.since IS 'when it was declared; null: only its end was heard of';

CREATE TABLE public.heard_advice (
    event_id uuid NOT NULL,
    case_id uuid NOT NULL,
    phase character varying NOT NULL,
    status character varying NOT NULL
);

CREATE TABLE public.heard_due (
    case_id uuid NOT NULL,
    what character varying NOT NULL,
    key character varying NOT NULL,
    source character varying NOT NULL,
    code character varying,
    kind character varying,
    reference uuid,
    due_on date,
    other_due_on date,
    since date,
    state character varying NOT NULL,
    listed boolean NOT NULL,
    certainty character varying,
    doubts text[] NOT NULL,
    birthday integer,
    members text[]
);

COMMENT ON COLUMN public.heard_due.key IS 'which of its kind: an id, or a code';

COMMENT ON COLUMN public.heard_due.code IS 'of a period, a need, or what is reviewed';

COMMENT ON COLUMN public.heard_due.kind IS 'of a period';

COMMENT ON COLUMN public.heard_due.members IS 'for whom alone it is there, by their ids; null: by role';

CREATE TABLE public.heard_risks (
    case_id uuid NOT NULL,
    "position" integer NOT NULL,
    urgent boolean NOT NULL
);

CREATE TABLE public.heard_tellings (
    event_id uuid NOT NULL,
    case_id uuid NOT NULL,
    agency uuid NOT NULL,
    data_categories text[] NOT NULL,
    because text NOT NULL,
    told_on date NOT NULL
);

CREATE TABLE public.identification_steps (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    stage character varying NOT NULL,
    outcome character varying,
    authority character varying,
    occurred_on character varying,
    received_on date NOT NULL,
    made_elsewhere boolean NOT NULL,
    basis character varying,
    happened character varying,
    learnt character varying,
    about uuid,
    dublin character varying,
    foreigner character varying
);

COMMENT ON COLUMN public.identification_steps.happened IS 'as exactly as is known; null: recorded before that was asked';

CREATE TABLE public.legal_holds (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    basis character varying NOT NULL,
    until date NOT NULL,
    placed_by uuid NOT NULL,
    placed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.notifications (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    body character varying NOT NULL,
    receiver character varying,
    told jsonb NOT NULL,
    reported_on date NOT NULL,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.notifications.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.notifications.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.notifications.recorded_by IS 'null: by the system itself';

CREATE TABLE public.offered_referrals (
    id uuid NOT NULL,
    version integer NOT NULL,
    case_id uuid,
    agency uuid NOT NULL,
    jurisdiction text NOT NULL,
    referred_because text,
    service_types text[] NOT NULL,
    urgent boolean NOT NULL,
    language text,
    age text,
    details_agreed boolean NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL,
    asked text[] NOT NULL,
    reason text,
    decided_by uuid,
    decided_at timestamp with time zone
);

COMMENT ON COLUMN public.offered_referrals.case_id IS 'null until it was accepted';

COMMENT ON COLUMN public.offered_referrals.reason IS 'why it was declined';

CREATE TABLE public.outreach_sessions (
    id uuid NOT NULL,
    held_on date NOT NULL,
    region character varying NOT NULL,
    setting character varying NOT NULL,
    languages text[] NOT NULL,
    topics text[] NOT NULL,
    partner character varying,
    reached integer NOT NULL,
    spoke_with integer NOT NULL,
    contacts integer NOT NULL,
    agency uuid
);

COMMENT ON COLUMN public.outreach_sessions.agency IS 'for which it was held; null: of who recorded it none is known';

CREATE TABLE public.persons (
    case_id uuid NOT NULL,
    identity bytea,
    birth bytea,
    gender bytea,
    nationality bytea,
    contact bytea
);

CREATE TABLE public.referral_packages (
    referral_id uuid NOT NULL,
    case_id uuid NOT NULL,
    identity bytea,
    account bytea,
    third_parties bytea,
    children bytea,
    health bytea,
    contact_safe bytea,
    went bytea,
    sent_on date
);

CREATE TABLE public.referral_steps (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    referral_id uuid,
    number integer NOT NULL,
    step character varying NOT NULL,
    reply_by date,
    reply_by_at timestamp with time zone,
    reason character varying,
    outcome character varying,
    conditions text[] NOT NULL,
    effect character varying NOT NULL,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    agency uuid CONSTRAINT referral_steps_agency_id_not_null NOT NULL,
    report uuid
);

COMMENT ON COLUMN public.referral_steps.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.referral_steps.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.referral_steps.recorded_by IS 'null: by the system itself';

COMMENT ON COLUMN public.referral_steps.report IS 'in which its agency said so itself; null: staff recorded it';

CREATE TABLE public.referrals (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    state character varying NOT NULL,
    purpose character varying NOT NULL,
    service_types text[] NOT NULL,
    data_categories text[] NOT NULL,
    urgent boolean,
    reply_by date NOT NULL,
    made_by uuid NOT NULL,
    conditions text[] NOT NULL,
    reason character varying,
    outcome character varying,
    returned_to uuid,
    sent_on date,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    reply_by_at timestamp with time zone,
    held_because character varying,
    held_on date,
    came_back_on date,
    agency uuid CONSTRAINT referrals_agency_id_not_null NOT NULL
);

COMMENT ON COLUMN public.referrals.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.referrals.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.referrals.recorded_by IS 'null: by the system itself';

CREATE TABLE public.referrals_in (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    agency_type character varying NOT NULL,
    reason character varying NOT NULL,
    service_types text[] NOT NULL,
    urgent boolean,
    received_on date NOT NULL,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.referrals_in.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.referrals_in.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.referrals_in.recorded_by IS 'null: by the system itself';

CREATE TABLE public.retention_figures (
    jurisdiction character varying NOT NULL,
    record_class character varying NOT NULL,
    years integer NOT NULL,
    set_by uuid NOT NULL,
    set_at timestamp with time zone NOT NULL
);

CREATE TABLE public.retention_reviews (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    record_class character varying NOT NULL,
    reason character varying NOT NULL,
    keep_until date NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamp with time zone NOT NULL
);

CREATE TABLE public.return_codes (
    fingerprint character varying NOT NULL,
    issued_on date NOT NULL
);

CREATE TABLE public.safe_contacts (
    case_id uuid NOT NULL,
    agreement bytea NOT NULL
);

CREATE TABLE public.self_check_counts (
    month date NOT NULL,
    language character varying NOT NULL,
    completed integer NOT NULL,
    urgent integer NOT NULL,
    return_codes integer NOT NULL
);

CREATE TABLE public.service_progress (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    agency uuid NOT NULL,
    service_type text NOT NULL,
    progress text NOT NULL,
    happened text NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.service_progress.id IS 'the agency''s report';

CREATE TABLE public.settled_reports (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    agency uuid NOT NULL,
    outcome text NOT NULL,
    refusal text,
    effect text
);

CREATE TABLE public.sharing_freezes (
    case_id uuid NOT NULL,
    "freeze" uuid NOT NULL
);

CREATE TABLE public.sharings (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    state character varying NOT NULL,
    purpose character varying NOT NULL,
    data_categories text[] NOT NULL,
    reason character varying NOT NULL,
    until date NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_on date NOT NULL,
    review_by timestamp with time zone,
    decided_by uuid,
    decided_on date,
    person_told_on date,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    child_until date,
    agency uuid CONSTRAINT sharings_agency_id_not_null NOT NULL,
    CONSTRAINT sharings_state_check CHECK (((state)::text = ANY ((ARRAY['proposed'::character varying, 'acting'::character varying, 'in_force'::character varying, 'refused'::character varying, 'reversed'::character varying])::text[])))
);

COMMENT ON COLUMN public.sharings.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.sharings.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.sharings.recorded_by IS 'null: by the system itself';

COMMENT ON COLUMN public.sharings.child_until IS 'until when the person was taken for a child, who is of age by a birth put right';

CREATE TABLE public.staff_firsts (
    role character varying NOT NULL,
    member uuid NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE public.staff_records (
    member uuid NOT NULL,
    name bytea,
    address bytea,
    version integer NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    registered_by uuid NOT NULL,
    left_at timestamp with time zone,
    left_by uuid,
    successor uuid
);

COMMENT ON COLUMN public.staff_records.name IS 'sealed; null once it was forgotten';

COMMENT ON COLUMN public.staff_records.address IS 'sealed: a mail address or a telephone number';

COMMENT ON COLUMN public.staff_records.left_by IS 'who recorded that they left';

COMMENT ON COLUMN public.staff_records.successor IS 'who has their cases since then';

CREATE TABLE public.staff_sign_ins (
    digest character varying NOT NULL,
    member uuid NOT NULL,
    id uuid NOT NULL,
    sealed bytea NOT NULL
);

COMMENT ON COLUMN public.staff_sign_ins.digest IS 'of issuer and subject, keyed';

COMMENT ON COLUMN public.staff_sign_ins.sealed IS 'issuer and subject';

CREATE TABLE public.step_corrections (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    step uuid NOT NULL,
    reason character varying NOT NULL,
    corrected_on date NOT NULL,
    by uuid NOT NULL
);

CREATE TABLE public.withdrawal_answers (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    consent_id uuid NOT NULL,
    answer character varying NOT NULL,
    basis character varying,
    answered_on date NOT NULL,
    happened character varying,
    learnt character varying,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone,
    due_on date,
    report uuid
);

COMMENT ON COLUMN public.withdrawal_answers.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.withdrawal_answers.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.withdrawal_answers.recorded_by IS 'null: by the system itself';

COMMENT ON COLUMN public.withdrawal_answers.due_on IS 'until when it was awaited; null: not kept, or not awaited';

COMMENT ON COLUMN public.withdrawal_answers.report IS 'in which the agency said so itself; null: staff recorded it';

ALTER TABLE ONLY public.access_requests
    ADD CONSTRAINT access_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.annotations
    ADD CONSTRAINT annotations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.anonymity_choices
    ADD CONSTRAINT anonymity_choices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.case_links
    ADD CONSTRAINT case_links_first_id_second_id_kind_key UNIQUE (first_id, second_id, kind);

ALTER TABLE ONLY public.case_links
    ADD CONSTRAINT case_links_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.case_merges
    ADD CONSTRAINT case_merges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.case_team
    ADD CONSTRAINT case_team_pkey PRIMARY KEY (case_id, member);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_number_key UNIQUE (number);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.closing_proposals
    ADD CONSTRAINT closing_proposals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.consent_asked_anew
    ADD CONSTRAINT consent_asked_anew_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.consent_refusals
    ADD CONSTRAINT consent_refusals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contact_attempts
    ADD CONSTRAINT contact_attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT corrections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.detections
    ADD CONSTRAINT detections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.disclosure_proposals
    ADD CONSTRAINT disclosure_proposals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.disclosures
    ADD CONSTRAINT disclosures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.due_seen_to
    ADD CONSTRAINT due_seen_to_pkey PRIMARY KEY (case_id, reference);

ALTER TABLE ONLY public.duplicate_declined
    ADD CONSTRAINT duplicate_declined_pkey PRIMARY KEY (case_id, other_id);

ALTER TABLE ONLY public.entry_decisions
    ADD CONSTRAINT entry_decisions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.erasure_acknowledgements
    ADD CONSTRAINT erasure_acknowledgements_pkey PRIMARY KEY (request_id, holder);

ALTER TABLE ONLY public.erasure_requests
    ADD CONSTRAINT erasure_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.exclusion_notes
    ADD CONSTRAINT exclusion_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.first_responders
    ADD CONSTRAINT first_responders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.former_details_reasons
    ADD CONSTRAINT former_details_reasons_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.former_name_searches
    ADD CONSTRAINT former_name_searches_pkey PRIMARY KEY (member);

ALTER TABLE ONLY public.glass_reviews
    ADD CONSTRAINT glass_reviews_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.heard_absences
    ADD CONSTRAINT heard_absences_pkey PRIMARY KEY (absence);

ALTER TABLE ONLY public.heard_advice
    ADD CONSTRAINT heard_advice_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.heard_due
    ADD CONSTRAINT heard_due_pkey PRIMARY KEY (case_id, what, key);

ALTER TABLE ONLY public.heard_risks
    ADD CONSTRAINT heard_risks_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.heard_tellings
    ADD CONSTRAINT heard_tellings_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.identification_steps
    ADD CONSTRAINT identification_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.legal_holds
    ADD CONSTRAINT legal_holds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.offered_referrals
    ADD CONSTRAINT offered_referrals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outreach_sessions
    ADD CONSTRAINT outreach_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.referral_packages
    ADD CONSTRAINT referral_packages_pkey PRIMARY KEY (referral_id);

ALTER TABLE ONLY public.referral_steps
    ADD CONSTRAINT referral_steps_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.referrals_in
    ADD CONSTRAINT referrals_in_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.retention_figures
    ADD CONSTRAINT retention_figures_pkey PRIMARY KEY (jurisdiction, record_class);

ALTER TABLE ONLY public.retention_reviews
    ADD CONSTRAINT retention_reviews_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.return_codes
    ADD CONSTRAINT return_codes_pkey PRIMARY KEY (fingerprint);

ALTER TABLE ONLY public.safe_contacts
    ADD CONSTRAINT safe_contacts_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.self_check_counts
    ADD CONSTRAINT self_check_counts_pkey PRIMARY KEY (month, language);

ALTER TABLE ONLY public.service_progress
    ADD CONSTRAINT service_progress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settled_reports
    ADD CONSTRAINT settled_reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sharing_freezes
    ADD CONSTRAINT sharing_freezes_pkey PRIMARY KEY (case_id);

ALTER TABLE ONLY public.sharings
    ADD CONSTRAINT sharings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.staff_firsts
    ADD CONSTRAINT staff_firsts_pkey PRIMARY KEY (role);

ALTER TABLE ONLY public.staff_records
    ADD CONSTRAINT staff_records_pkey PRIMARY KEY (member);

ALTER TABLE ONLY public.staff_sign_ins
    ADD CONSTRAINT staff_sign_ins_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.step_corrections
    ADD CONSTRAINT step_corrections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.step_corrections
    ADD CONSTRAINT step_corrections_step_key UNIQUE (step);

ALTER TABLE ONLY public.withdrawal_answers
    ADD CONSTRAINT withdrawal_answers_pkey PRIMARY KEY (id);

CREATE INDEX access_requests_case_id_index ON public.access_requests USING btree (case_id);

CREATE INDEX access_requests_open_index ON public.access_requests USING btree (case_id) WHERE (released_until IS NULL);

CREATE INDEX accounts_alike_index ON public.accounts USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX accounts_case_id_index ON public.accounts USING btree (case_id);

CREATE INDEX annotations_case_id_index ON public.annotations USING btree (case_id);

CREATE INDEX anonymity_choices_case_id_index ON public.anonymity_choices USING btree (case_id);

CREATE INDEX case_links_second_id_index ON public.case_links USING btree (second_id);

CREATE UNIQUE INDEX case_merges_alias_id_key ON public.case_merges USING btree (alias_id) WHERE (unmerged_on IS NULL);

CREATE INDEX case_merges_kept_id_index ON public.case_merges USING btree (kept_id);

CREATE INDEX case_team_member_index ON public.case_team USING btree (member, case_id) INCLUDE (role, lead);

CREATE INDEX cases_closed_index ON public.cases USING btree (jurisdiction, closed_on, id) WHERE ((status)::text = 'closed'::text);

CREATE INDEX cases_outreach_session_index ON public.cases USING btree (outreach_session);

CREATE INDEX cases_without_team_index ON public.cases USING btree (id) WHERE (((status)::text = 'open'::text) AND (NOT has_team));

CREATE INDEX closing_proposals_case_id_index ON public.closing_proposals USING btree (case_id);

CREATE INDEX closing_proposals_waiting_index ON public.closing_proposals USING btree (lapses_at) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX consent_refusals_case_id_index ON public.consent_refusals USING btree (case_id);

CREATE INDEX consents_alike_index ON public.consents USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX consents_answer_due_index ON public.consents USING btree (case_id, answer_due_on) WHERE (answer_due_on IS NOT NULL);

CREATE INDEX consents_case_id_index ON public.consents USING btree (case_id);

CREATE INDEX consents_standing_index ON public.consents USING btree (case_id, expires_on) WHERE ((withdrawn_on IS NULL) AND (taken_back_at IS NULL));

CREATE INDEX consents_withdrawn_index ON public.consents USING btree (withdrawn_on, id) WHERE (withdrawn_on IS NOT NULL);

CREATE INDEX contact_attempts_case_id_index ON public.contact_attempts USING btree (case_id);

CREATE INDEX corrections_case_id_index ON public.corrections USING btree (case_id);

CREATE INDEX detections_case_id_index ON public.detections USING btree (case_id);

CREATE INDEX disclosure_proposals_case_id_index ON public.disclosure_proposals USING btree (case_id);

CREATE INDEX disclosure_proposals_disclosure_id_index ON public.disclosure_proposals USING btree (disclosure_id);

CREATE INDEX disclosure_proposals_waiting_index ON public.disclosure_proposals USING btree (lapses_at) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX disclosures_case_id_index ON public.disclosures USING btree (case_id);

CREATE INDEX disclosures_undecided_index ON public.disclosures USING btree (received_on) WHERE (decision IS NULL);

CREATE INDEX duplicate_declined_other_id_index ON public.duplicate_declined USING btree (other_id);

CREATE INDEX entry_decisions_case_id_index ON public.entry_decisions USING btree (case_id);

CREATE INDEX erasure_requests_case_id_index ON public.erasure_requests USING btree (case_id);

CREATE INDEX erasure_requests_open_index ON public.erasure_requests USING btree (case_id) WHERE ((state)::text = ANY ((ARRAY['requested'::character varying, 'proposed'::character varying, 'held'::character varying])::text[]));

CREATE INDEX erasure_requests_ordered_at_index ON public.erasure_requests USING btree (ordered_at) WHERE ((state)::text = 'ordered'::text);

CREATE INDEX exclusion_notes_case_id_index ON public.exclusion_notes USING btree (case_id);

CREATE INDEX first_responders_alike_index ON public.first_responders USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX first_responders_case_id_index ON public.first_responders USING btree (case_id);

CREATE INDEX former_details_reasons_case_id_member_index ON public.former_details_reasons USING btree (case_id, member);

CREATE INDEX glass_reviews_case_id_index ON public.glass_reviews USING btree (case_id);

CREATE INDEX glass_reviews_open_index ON public.glass_reviews USING btree (opened_at) WHERE (outcome IS NULL);

CREATE INDEX heard_absences_case_id_index ON public.heard_absences USING btree (case_id);

CREATE INDEX heard_advice_case_id_index ON public.heard_advice USING btree (case_id);

CREATE INDEX heard_due_listed_index ON public.heard_due USING btree (case_id, due_on) WHERE listed;

CREATE INDEX heard_tellings_case_id_index ON public.heard_tellings USING btree (case_id);

CREATE INDEX identification_steps_case_id_index ON public.identification_steps USING btree (case_id, stage, received_on, id);

CREATE INDEX legal_holds_case_id_index ON public.legal_holds USING btree (case_id);

CREATE INDEX notifications_alike_index ON public.notifications USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX notifications_case_id_index ON public.notifications USING btree (case_id);

CREATE INDEX offered_referrals_case_id_index ON public.offered_referrals USING btree (case_id);

CREATE INDEX offered_referrals_open_index ON public.offered_referrals USING btree (due_on, id) WHERE (state = ANY (ARRAY['waiting'::text, 'asked'::text]));

CREATE INDEX outreach_sessions_region_index ON public.outreach_sessions USING btree (region);

CREATE INDEX referral_packages_case_id_index ON public.referral_packages USING btree (case_id);

CREATE INDEX referral_steps_case_id_index ON public.referral_steps USING btree (case_id);

CREATE INDEX referral_steps_referral_id_index ON public.referral_steps USING btree (referral_id);

CREATE INDEX referrals_alike_index ON public.referrals USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX referrals_case_id_index ON public.referrals USING btree (case_id);

CREATE INDEX referrals_held_index ON public.referrals USING btree (case_id, held_on) WHERE ((state)::text = 'held'::text);

CREATE INDEX referrals_in_alike_index ON public.referrals_in USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX referrals_in_case_id_index ON public.referrals_in USING btree (case_id);

CREATE INDEX referrals_returned_to_index ON public.referrals USING btree (returned_to);

CREATE INDEX referrals_waiting_index ON public.referrals USING btree (case_id, reply_by) WHERE ((state)::text = ANY ((ARRAY['sent'::character varying, 'received'::character varying, 'information_requested'::character varying, 'wait_listed'::character varying])::text[]));

CREATE INDEX retention_reviews_case_id_index ON public.retention_reviews USING btree (case_id);

CREATE INDEX return_codes_issued_on_index ON public.return_codes USING btree (issued_on);

CREATE INDEX service_progress_case_id_index ON public.service_progress USING btree (case_id);

CREATE INDEX settled_reports_case_id_index ON public.settled_reports USING btree (case_id);

CREATE INDEX sharings_alike_index ON public.sharings USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX sharings_case_id_index ON public.sharings USING btree (case_id);

CREATE INDEX sharings_child_until_index ON public.sharings USING btree (child_until) WHERE (child_until IS NOT NULL);

CREATE INDEX sharings_to_review_index ON public.sharings USING btree (review_by) WHERE ((state)::text = ANY ((ARRAY['proposed'::character varying, 'acting'::character varying])::text[]));

CREATE INDEX staff_sign_ins_member_index ON public.staff_sign_ins USING btree (member);

CREATE INDEX step_corrections_case_id_index ON public.step_corrections USING btree (case_id);

CREATE INDEX withdrawal_answers_alike_index ON public.withdrawal_answers USING btree (case_id) WHERE (alike IS NOT NULL);

CREATE INDEX withdrawal_answers_case_id_index ON public.withdrawal_answers USING btree (case_id);

CREATE INDEX withdrawal_answers_consent_id_index ON public.withdrawal_answers USING btree (consent_id);

CREATE TRIGGER notes_team AFTER INSERT OR DELETE ON public.case_team FOR EACH ROW EXECUTE FUNCTION public.note_team();

ALTER TABLE ONLY public.access_requests
    ADD CONSTRAINT access_requests_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.annotations
    ADD CONSTRAINT annotations_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.anonymity_choices
    ADD CONSTRAINT anonymity_choices_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.case_links
    ADD CONSTRAINT case_links_first_id_fkey FOREIGN KEY (first_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.case_links
    ADD CONSTRAINT case_links_second_id_fkey FOREIGN KEY (second_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.case_merges
    ADD CONSTRAINT case_merges_alias_id_fkey FOREIGN KEY (alias_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.case_merges
    ADD CONSTRAINT case_merges_kept_id_fkey FOREIGN KEY (kept_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.case_team
    ADD CONSTRAINT case_team_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_outreach_session_fkey FOREIGN KEY (outreach_session) REFERENCES public.outreach_sessions(id);

ALTER TABLE ONLY public.closing_proposals
    ADD CONSTRAINT closing_proposals_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.consent_asked_anew
    ADD CONSTRAINT consent_asked_anew_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.consent_refusals
    ADD CONSTRAINT consent_refusals_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.contact_attempts
    ADD CONSTRAINT contact_attempts_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT corrections_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.detections
    ADD CONSTRAINT detections_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.disclosure_proposals
    ADD CONSTRAINT disclosure_proposals_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.disclosures
    ADD CONSTRAINT disclosures_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.duplicate_declined
    ADD CONSTRAINT duplicate_declined_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.entry_decisions
    ADD CONSTRAINT entry_decisions_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.erasure_acknowledgements
    ADD CONSTRAINT erasure_acknowledgements_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.erasure_requests(id);

ALTER TABLE ONLY public.exclusion_notes
    ADD CONSTRAINT exclusion_notes_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.first_responders
    ADD CONSTRAINT first_responders_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.former_details_reasons
    ADD CONSTRAINT former_details_reasons_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.glass_reviews
    ADD CONSTRAINT glass_reviews_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.identification_steps
    ADD CONSTRAINT identification_steps_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.referral_packages
    ADD CONSTRAINT referral_packages_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.referral_steps
    ADD CONSTRAINT referral_steps_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.referrals
    ADD CONSTRAINT referrals_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.referrals_in
    ADD CONSTRAINT referrals_in_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.safe_contacts
    ADD CONSTRAINT safe_contacts_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.service_progress
    ADD CONSTRAINT service_progress_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.sharing_freezes
    ADD CONSTRAINT sharing_freezes_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.sharings
    ADD CONSTRAINT sharings_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.step_corrections
    ADD CONSTRAINT step_corrections_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.withdrawal_answers
    ADD CONSTRAINT withdrawal_answers_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);
