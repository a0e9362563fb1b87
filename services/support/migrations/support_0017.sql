-- The tables of support at 0.2.0, as pg_dump wrote them. Do not edit.
-- They were generated once, from the dump in tests/migrations/0.2.0.

-- Periods of this service follow from facts: it has no requests for clocks, and no state of a paused clock.
DROP TABLE public.clock_requests;
ALTER TABLE public.clocks
    DROP COLUMN paused_at,
    DROP COLUMN announced;

CREATE TABLE public.absences (
    state text NOT NULL,
    reason text NOT NULL,
    missed_on date NOT NULL,
    is_child boolean NOT NULL,
    high_risk boolean NOT NULL,
    agreed_to_police boolean NOT NULL,
    decided_by_lead uuid,
    decided_at timestamp with time zone,
    police_proposed_by uuid,
    police_told_by uuid,
    police_told_at timestamp with time zone,
    reviews integer DEFAULT 0 NOT NULL,
    found_on date,
    outcome text,
    safe text,
    talk_offered_on date,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.absences.agreed_to_police IS 'said by the person beforehand';

COMMENT ON COLUMN public.absences.safe IS 'asked first';

COMMENT ON COLUMN public.absences.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.absences.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.absences.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.absences.recorded_by IS 'null: by the system itself';

CREATE TABLE public.alerts (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    danger_type text NOT NULL,
    urgency text NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    level integer NOT NULL,
    acknowledged_by uuid,
    acknowledged_at timestamp with time zone,
    happened text,
    learnt text,
    decided_by text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    taken_back_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    ended_by uuid,
    ended_at timestamp with time zone,
    end_reason text
);

COMMENT ON COLUMN public.alerts.level IS 'how far it was escalated';

COMMENT ON COLUMN public.alerts.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.alerts.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.alerts.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.alerts.recorded_by IS 'null: by the system itself';

CREATE TABLE public.assessment_shares (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    assessment uuid NOT NULL,
    agency uuid NOT NULL,
    domains text[] NOT NULL,
    shared_on date NOT NULL,
    shared_by uuid NOT NULL,
    ended_on date
);

CREATE TABLE public.assessments (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    type text NOT NULL,
    overall_risk text NOT NULL,
    high_domains text[] NOT NULL,
    assessed_on date NOT NULL,
    reassess_on date NOT NULL,
    scores bytea,
    happened text,
    learnt text,
    decided_by text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    taken_back_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    unasked_domains text[],
    unfinished boolean DEFAULT false NOT NULL,
    person_copy text
);

COMMENT ON COLUMN public.assessments.scores IS 'sealed; null: dropped before there were seals';

COMMENT ON COLUMN public.assessments.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.assessments.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.assessments.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.assessments.recorded_by IS 'null: by the system itself';

COMMENT ON COLUMN public.assessments.unasked_domains IS 'null: it was not noted';

COMMENT ON COLUMN public.assessments.unfinished IS 'goes on on another day';

COMMENT ON COLUMN public.assessments.person_copy IS 'null: nobody asked the person';

CREATE TABLE public.case_team (
    case_id uuid NOT NULL,
    member uuid NOT NULL,
    role text NOT NULL,
    lead boolean NOT NULL
);

CREATE TABLE public.cases (
    id uuid NOT NULL,
    jurisdiction text,
    status text NOT NULL,
    language text,
    opened_on date,
    version integer NOT NULL
);

COMMENT ON COLUMN public.cases.status IS 'open or closed, as intake has it; help does not end with it';

COMMENT ON COLUMN public.cases.version IS 'counts the changes; the ETag';

CREATE TABLE public.check_ins (
    transition uuid NOT NULL,
    tried_on date NOT NULL,
    way text NOT NULL,
    reached boolean NOT NULL,
    safe text,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.check_ins.safe IS 'as they say, where they were reached';

COMMENT ON COLUMN public.check_ins.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.check_ins.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.check_ins.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.check_ins.recorded_by IS 'null: by the system itself';

CREATE TABLE public.corrections (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    record_class text NOT NULL,
    record uuid NOT NULL,
    revision integer,
    reason text NOT NULL,
    was jsonb,
    corrected_on date NOT NULL,
    corrected_at timestamp with time zone,
    corrected_by uuid
);

COMMENT ON COLUMN public.corrections.revision IS 'null: it was taken to another case';

CREATE TABLE public.counselling_aims (
    course uuid,
    stated_on date NOT NULL,
    content bytea NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.counselling_aims.course IS 'null: before there is one, or of more than one';

COMMENT ON COLUMN public.counselling_aims.content IS 'sealed: the aim, the words, the progress';

COMMENT ON COLUMN public.counselling_aims.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.counselling_aims.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.counselling_aims.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.counselling_aims.recorded_by IS 'null: by the system itself';

CREATE TABLE public.counselling_courses (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    modality text NOT NULL,
    started_on date NOT NULL,
    ended_on date,
    end_reason text,
    happened text,
    learnt text,
    decided_by text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    taken_back_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL
);

COMMENT ON COLUMN public.counselling_courses.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.counselling_courses.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.counselling_courses.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.counselling_courses.recorded_by IS 'null: by the system itself';

CREATE TABLE public.counselling_pauses (
    course uuid NOT NULL,
    paused_on date NOT NULL,
    because text NOT NULL,
    way_back text NOT NULL,
    ask_again_on date NOT NULL,
    returned_on date,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.counselling_pauses.because IS 'as the person says; none need be given';

COMMENT ON COLUMN public.counselling_pauses.way_back IS 'who asks, as agreed';

COMMENT ON COLUMN public.counselling_pauses.ask_again_on IS 'a task by then, never an end';

COMMENT ON COLUMN public.counselling_pauses.returned_on IS 'null: it lasts';

COMMENT ON COLUMN public.counselling_pauses.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.counselling_pauses.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.counselling_pauses.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.counselling_pauses.recorded_by IS 'null: by the system itself';

CREATE TABLE public.counselling_requests (
    state text NOT NULL,
    modalities text[] NOT NULL,
    language text,
    counsellor_gender text,
    waits_because text NOT NULL,
    meanwhile text[] NOT NULL,
    asked_on date NOT NULL,
    answered_on date,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.counselling_requests.meanwhile IS 'what they have until then';

COMMENT ON COLUMN public.counselling_requests.answered_on IS 'null: they wait';

COMMENT ON COLUMN public.counselling_requests.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.counselling_requests.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.counselling_requests.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.counselling_requests.recorded_by IS 'null: by the system itself';

CREATE TABLE public.counselling_sessions (
    course uuid NOT NULL,
    held_on date NOT NULL,
    attendance text NOT NULL,
    interpreted boolean NOT NULL,
    language text,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.counselling_sessions.held_on IS 'or planned for';

COMMENT ON COLUMN public.counselling_sessions.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.counselling_sessions.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.counselling_sessions.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.counselling_sessions.recorded_by IS 'null: by the system itself';

CREATE TABLE public.dependants (
    relation text NOT NULL,
    age text NOT NULL,
    whereabouts text NOT NULL,
    care text NOT NULL,
    own_case uuid,
    noted_on date NOT NULL,
    checked_on date,
    check_on date NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.dependants.own_case IS 'where they may be a victim too';

COMMENT ON COLUMN public.dependants.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.dependants.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.dependants.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.dependants.recorded_by IS 'null: by the system itself';

CREATE TABLE public.entitlements (
    profile text NOT NULL,
    entitlement text NOT NULL,
    started_on date NOT NULL,
    ends_on date,
    asked_on date,
    ended_on date,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.entitlements.profile IS 'by whose law or practice';

COMMENT ON COLUMN public.entitlements.ends_on IS 'it asks for what comes next, and ends nothing';

COMMENT ON COLUMN public.entitlements.asked_on IS 'when somebody asked for longer';

COMMENT ON COLUMN public.entitlements.ended_on IS 'as somebody recorded it';

COMMENT ON COLUMN public.entitlements.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.entitlements.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.entitlements.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.entitlements.recorded_by IS 'null: by the system itself';

CREATE TABLE public.goals (
    goal_type text NOT NULL,
    state text NOT NULL,
    stated_on date NOT NULL,
    review_on date,
    content bytea NOT NULL,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.goals.content IS 'sealed: words, steps, ratings';

COMMENT ON COLUMN public.goals.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.goals.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.goals.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.goals.recorded_by IS 'null: by the system itself';

CREATE TABLE public.measures (
    instrument text NOT NULL,
    instrument_version text NOT NULL,
    language text NOT NULL,
    filled_by text,
    taken_on date NOT NULL,
    answers bytea,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.measures.filled_by IS 'null: the person would rather not';

COMMENT ON COLUMN public.measures.answers IS 'sealed; null: the person would rather not';

COMMENT ON COLUMN public.measures.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.measures.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.measures.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.measures.recorded_by IS 'null: by the system itself';

CREATE TABLE public.notes (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    text bytea NOT NULL,
    written_by uuid NOT NULL,
    written_at timestamp with time zone NOT NULL,
    superseded_by uuid
);

COMMENT ON COLUMN public.notes.text IS 'sealed';

COMMENT ON COLUMN public.notes.superseded_by IS 'the note that corrects this one';

CREATE TABLE public.placements (
    state text NOT NULL,
    accommodation_type text NOT NULL,
    region text,
    provider uuid,
    offered_on date NOT NULL,
    held_until date,
    refused_by text,
    refused_because text,
    moved_in_on date,
    ends_on date,
    safe text NOT NULL,
    moved_out_on date,
    exit_reason text,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.placements.region IS 'ISO 3166-2; never an address';

COMMENT ON COLUMN public.placements.ends_on IS 'it asks for the next place, and ends nothing';

COMMENT ON COLUMN public.placements.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.placements.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.placements.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.placements.recorded_by IS 'null: by the system itself';

CREATE TABLE public.practical_help (
    service_type text NOT NULL,
    state text NOT NULL,
    asked_on date NOT NULL,
    needed_by date,
    tries integer NOT NULL,
    not_given_because text,
    ended_on date,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.practical_help.ended_on IS 'null: it is open';

COMMENT ON COLUMN public.practical_help.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.practical_help.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.practical_help.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.practical_help.recorded_by IS 'null: by the system itself';

CREATE TABLE public.providers (
    id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    agency uuid,
    state text NOT NULL,
    services text[] NOT NULL,
    languages text[] NOT NULL,
    country text NOT NULL,
    regions text[] NOT NULL,
    serves text[] NOT NULL,
    takes_children boolean NOT NULL,
    children_up_to integer,
    asks_status text NOT NULL,
    vacancy text NOT NULL,
    free_places integer,
    counted_at timestamp with time zone,
    known_until date,
    stated_by uuid NOT NULL,
    stated_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN public.providers.version IS 'counts the changes; the ETag';

COMMENT ON COLUMN public.providers.agency IS 'of the register of agencies';

COMMENT ON COLUMN public.providers.regions IS 'empty: all of the country';

COMMENT ON COLUMN public.providers.serves IS 'empty: everybody';

COMMENT ON COLUMN public.providers.children_up_to IS 'years; null: of any age';

COMMENT ON COLUMN public.providers.known_until IS 'afterwards nobody knows of places';

CREATE TABLE public.recoveries (
    clock uuid NOT NULL,
    case_id uuid NOT NULL,
    code text NOT NULL,
    due_on date,
    state text NOT NULL,
    other_due_on date
);

COMMENT ON COLUMN public.recoveries.state IS 'of the list clock_state';

COMMENT ON COLUMN public.recoveries.other_due_on IS 'by the other reading';

CREATE TABLE public.safety_plans (
    agreed_on date NOT NULL,
    review_on date NOT NULL,
    steps bytea NOT NULL,
    code_word bytea,
    person_copy text,
    reopened_on date,
    reopened_by text,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.safety_plans.steps IS 'sealed';

COMMENT ON COLUMN public.safety_plans.code_word IS 'sealed; shown to who makes a call alone';

COMMENT ON COLUMN public.safety_plans.person_copy IS 'null: nobody asked the person';

COMMENT ON COLUMN public.safety_plans.reopened_on IS 'something happened since; it is looked at again';

COMMENT ON COLUMN public.safety_plans.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.safety_plans.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.safety_plans.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.safety_plans.recorded_by IS 'null: by the system itself';

CREATE TABLE public.services_delivered (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    service_type text NOT NULL,
    urgent boolean NOT NULL,
    delivered_on date NOT NULL,
    happened text,
    learnt text,
    decided_by text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    taken_back_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL
);

COMMENT ON COLUMN public.services_delivered.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.services_delivered.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.services_delivered.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.services_delivered.recorded_by IS 'null: by the system itself';

CREATE TABLE public.support_plans (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    goal_types text[] NOT NULL,
    review_on date,
    person_has_copy boolean NOT NULL,
    agreed_on date NOT NULL,
    happened text,
    learnt text,
    decided_by text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    taken_back_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL
);

COMMENT ON COLUMN public.support_plans.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.support_plans.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.support_plans.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.support_plans.recorded_by IS 'null: by the system itself';

CREATE TABLE public.tasks (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    record uuid NOT NULL,
    due_on date NOT NULL,
    done_on date
);

COMMENT ON COLUMN public.tasks.record IS 'what it is about';

CREATE TABLE public.transitions (
    state text NOT NULL,
    agreed_on date NOT NULL,
    leaves_on date NOT NULL,
    outcomes jsonb NOT NULL,
    check_in_after integer[] NOT NULL,
    papers_handed_over boolean NOT NULL,
    way_back_explained boolean NOT NULL,
    check_ins_done integer DEFAULT 0 NOT NULL,
    closing_because text,
    closing_proposed_by uuid,
    closed_by uuid,
    closed_on date,
    came_back_on date,
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_by text,
    happened text,
    learnt text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    revision integer DEFAULT 1 NOT NULL,
    taken_back_at timestamp with time zone
);

COMMENT ON COLUMN public.transitions.leaves_on IS 'from then on they are asked after';

COMMENT ON COLUMN public.transitions.outcomes IS 'what goes on, by outcome; codes and references alone';

COMMENT ON COLUMN public.transitions.check_in_after IS 'days after they left';

COMMENT ON COLUMN public.transitions.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.transitions.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.transitions.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.transitions.recorded_by IS 'null: by the system itself';

CREATE TABLE public.urgent_needs (
    case_id uuid NOT NULL,
    service_type text NOT NULL,
    noted_on date NOT NULL,
    met_on date,
    happened text,
    learnt text,
    decided_by text,
    recorded_at timestamp with time zone,
    recorded_by uuid,
    alike uuid,
    taken_back_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    id uuid NOT NULL,
    met_by uuid
);

COMMENT ON COLUMN public.urgent_needs.happened IS 'an instant, a day, a month, a year, or unknown';

COMMENT ON COLUMN public.urgent_needs.learnt IS 'an instant, a day, a month, or a year';

COMMENT ON COLUMN public.urgent_needs.decided_by IS 'the agency that decided or did it; null: this one';

COMMENT ON COLUMN public.urgent_needs.recorded_by IS 'null: by the system itself';

COMMENT ON COLUMN public.urgent_needs.met_by IS 'the service; null: none, or before it was noted';

ALTER TABLE ONLY public.absences
    ADD CONSTRAINT absences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assessment_shares
    ADD CONSTRAINT assessment_shares_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.case_team
    ADD CONSTRAINT case_team_pkey PRIMARY KEY (case_id, member);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT corrections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.counselling_aims
    ADD CONSTRAINT counselling_aims_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.counselling_courses
    ADD CONSTRAINT counselling_courses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.counselling_pauses
    ADD CONSTRAINT counselling_pauses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.counselling_requests
    ADD CONSTRAINT counselling_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.counselling_sessions
    ADD CONSTRAINT counselling_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dependants
    ADD CONSTRAINT dependants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.entitlements
    ADD CONSTRAINT entitlements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.goals
    ADD CONSTRAINT goals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.measures
    ADD CONSTRAINT measures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT placements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.practical_help
    ADD CONSTRAINT practical_help_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.providers
    ADD CONSTRAINT providers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.recoveries
    ADD CONSTRAINT recoveries_pkey PRIMARY KEY (clock);

ALTER TABLE ONLY public.safety_plans
    ADD CONSTRAINT safety_plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.services_delivered
    ADD CONSTRAINT services_delivered_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.support_plans
    ADD CONSTRAINT support_plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_case_id_kind_record_key UNIQUE (case_id, kind, record);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transitions
    ADD CONSTRAINT transitions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.urgent_needs
    ADD CONSTRAINT urgent_needs_pkey PRIMARY KEY (id);

CREATE INDEX absences_case_id_index ON public.absences USING btree (case_id);

CREATE INDEX alerts_case_id_index ON public.alerts USING btree (case_id);

CREATE INDEX alerts_open_index ON public.alerts USING btree (raised_at) WHERE (acknowledged_at IS NULL);

CREATE INDEX assessment_shares_case_id_index ON public.assessment_shares USING btree (case_id);

CREATE INDEX assessments_case_id_index ON public.assessments USING btree (case_id);

CREATE INDEX check_ins_case_id_index ON public.check_ins USING btree (case_id);

CREATE INDEX corrections_case_id_index ON public.corrections USING btree (case_id);

CREATE INDEX counselling_aims_case_id_index ON public.counselling_aims USING btree (case_id);

CREATE INDEX counselling_courses_case_id_index ON public.counselling_courses USING btree (case_id);

CREATE INDEX counselling_pauses_case_id_index ON public.counselling_pauses USING btree (case_id);

CREATE INDEX counselling_requests_case_id_index ON public.counselling_requests USING btree (case_id);

CREATE INDEX counselling_sessions_case_id_index ON public.counselling_sessions USING btree (case_id);

CREATE INDEX dependants_case_id_index ON public.dependants USING btree (case_id);

CREATE INDEX entitlements_case_id_index ON public.entitlements USING btree (case_id);

CREATE INDEX goals_case_id_index ON public.goals USING btree (case_id);

CREATE INDEX measures_case_id_index ON public.measures USING btree (case_id);

CREATE INDEX notes_case_id_index ON public.notes USING btree (case_id);

CREATE INDEX placements_case_id_index ON public.placements USING btree (case_id);

CREATE INDEX practical_help_case_id_index ON public.practical_help USING btree (case_id);

CREATE INDEX providers_services_index ON public.providers USING gin (services);

CREATE INDEX recoveries_case_id_index ON public.recoveries USING btree (case_id);

CREATE INDEX safety_plans_case_id_index ON public.safety_plans USING btree (case_id);

CREATE INDEX services_delivered_case_id_index ON public.services_delivered USING btree (case_id);

CREATE INDEX support_plans_case_id_index ON public.support_plans USING btree (case_id);

CREATE INDEX tasks_case_id_index ON public.tasks USING btree (case_id);

CREATE INDEX transitions_case_id_index ON public.transitions USING btree (case_id);

CREATE INDEX urgent_needs_case_id_index ON public.urgent_needs USING btree (case_id);
