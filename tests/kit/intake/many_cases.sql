-- Cases with records of every kind that a list across cases shows. What is done grows with the years, what waits with the
-- people who see to it: so nearly all that is stored is done, and 40 of a kind wait.
-- `many_cases.fill` sets in its session how many cases there are (`fill.cases`), and how ids are made (`fill.ids`).

create function pg_temp.cases() returns int language sql stable as
    $$ select current_setting('fill.cases')::int $$;
create function pg_temp.people() returns int language sql stable as
    $$ select pg_temp.cases() / 200 $$;
-- As `new_id` makes them: a later id is larger (v7), or as they were made once: at random (v4).
create temporary sequence made;
create function pg_temp.new_id() returns uuid language sql volatile as $$
    select case when current_setting('fill.ids') = 'v4' then gen_random_uuid() else
        (lpad(to_hex(1700000000000 + nextval('made')), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8'
            || substr(md5(random()::text), 1, 15))::uuid end
$$;
create function pg_temp.staff(number int) returns uuid language sql stable as
    $$ select lpad(to_hex(4096 + number % pg_temp.people()), 32, '0')::uuid $$;
create function pg_temp.supervisor(number int) returns uuid language sql stable as
    $$ select lpad(to_hex(1048576 + number % greatest(pg_temp.people() / 10, 1)), 32, '0')::uuid $$;
-- The id that follows from the code GB.SCA.
create function pg_temp.agency() returns uuid language sql immutable as
    $$ select '9ece6ca8-fcc4-50d4-a444-1cff5c4d7b3e'::uuid $$;
create function pg_temp.waits(number int) returns boolean language sql stable as
    $$ select number % (pg_temp.cases() / 40) = 1 $$;
create function pg_temp.has_some(number int) returns boolean language sql stable as
    $$ select number % 10 = 0 or pg_temp.waits(number) $$;

create temporary table stored as
    select pg_temp.new_id() as id, n, abs(hashint4(n)) % pg_temp.people() as lead
    from generate_series(1, pg_temp.cases()) n;

insert into outreach_sessions (id, held_on, region, setting, languages, topics, reached, spoke_with, contacts)
select lpad(to_hex(n), 32, '0')::uuid, current_date - n, 'region-' || n % 20, 'street', '{bg}', '{}', 30, 20, 10
from generate_series(1, 1000) n;

-- A fifth are closed, a third come from outreach.
insert into cases (id, version, number, jurisdiction, status, source, channel, language, anonymous, age, opened_on,
    closed_on, closure_reason, outreach_session)
select id, 1, 'stored-' || n, 'GB-NIR', case when n % 5 = 0 then 'closed' else 'open' end, 'self', 'chat', 'bg', true,
    'unknown', current_date - n % 3000, case when n % 5 = 0 then current_date - n % 2500 end,
    case when n % 5 = 0 then 'completed' end,
    case when n % 3 = 0 then lpad(to_hex(1 + n % 1000), 32, '0')::uuid end
from stored;

-- Each member of staff leads about 200 and works on 200 more; each supervisor supervises ten of them. One works on ten.
alter table case_team disable trigger notes_team;
insert into case_team (case_id, member, role, lead) select id, pg_temp.staff(lead), 'caseworker', true from stored;
insert into case_team (case_id, member, role, lead)
select id, pg_temp.staff(lead + 7), 'support_worker', false from stored;
insert into case_team (case_id, member, role, lead)
select id, lpad(to_hex(4095), 32, '0')::uuid, 'legal_adviser', false from stored where n % (pg_temp.cases() / 10) = 7;
alter table case_team enable trigger notes_team;
insert into supervisions (supervisor, member) select pg_temp.supervisor(n), pg_temp.staff(n)
from generate_series(0, pg_temp.people() - 1) n;

-- Of each case a period runs, and one is over; a twentieth of those waits for somebody to see to it.
insert into clocks (id, subject, jurisdiction, code, kind, rule_version, began_on, due_on, verify, late_filing, state,
    key)
select pg_temp.new_id(), id, 'GB-NIR', code, 'target', '2024-01-01', current_date - 40, current_date + ahead, true,
    false, case when ahead > 0 then 'running' when n % 20 = 0 then 'missed' else 'met' end, 'GB-NIR/' || code || id
from stored, (values ('GB.RG', 30), ('GB.CG', -9)) period (code, ahead);
insert into heard_due (case_id, what, key, source, code, kind, reference, due_on, state, listed, certainty, doubts)
select id, 'period', id::text, 'legal', 'GB.CICA', 'limitation', id, current_date + 300, 'running', true, 'likely',
    '{}' from stored;
insert into heard_due (case_id, what, key, source, code, due_on, since, state, listed, doubts)
select id, 'urgent_need', 'accommodation_emergency', 'support', 'accommodation_emergency', current_date - 5,
    current_date - 5, case when n % 20 = 1 then 'open' else 'done' end, n % 20 = 1, '{}' from stored;
insert into heard_risks (case_id, urgent, position) select id, false, n from stored;

insert into detections (id, case_id, indicators, strength, exploitation_types, means_of_control, sectors, detector,
    detected_on, operational)
select pg_temp.new_id(), id, '{}', 'strong', '{}', '{}', '{}', 'ngo', current_date, '{}' from stored where n % 2 = 0;
insert into identification_steps (id, case_id, stage, outcome, received_on, made_elsewhere)
select pg_temp.new_id(), id, stage, outcome, current_date - days, false
from stored, (values ('referred', null, 60), ('reasonable_grounds', 'positive', 40)) step (stage, outcome, days);
insert into facts (id, revision, case_id, kind, happened, codes, withdrawn, recorded_at)
select pg_temp.new_id(), 1, id, kind, (current_date - days)::text, codes::jsonb, false, now()
from stored, (values ('law', 90, '{"jurisdiction": "GB-NIR"}'), ('submission', 60, '{"stage": "referred"}'),
    ('decision', 40, '{"stage": "reasonable_grounds", "outcome": "positive"}')) fact (kind, days, codes);
insert into consents (id, case_id, agency, purposes, data_categories, language, checklist, granted_on, expires_on,
    withdrawn_on, answer_due_on)
select pg_temp.new_id(), id, pg_temp.agency(), '{referral_for_support}', '{contact_safe}', 'bg', '{}',
    current_date - 100, current_date + 200, case when pg_temp.has_some(n) then current_date - 50 end,
    case when pg_temp.waits(n) then current_date - 20 end from stored;
insert into withdrawal_answers (id, case_id, consent_id, answer, answered_on)
select pg_temp.new_id(), case_id, id, 'erased', current_date from consents
where withdrawn_on is not null and answer_due_on is null;
insert into referrals (id, case_id, state, agency, purpose, service_types, data_categories, reply_by, made_by,
    conditions, sent_on)
select pg_temp.new_id(), id, case when n % 20 = 2 then 'sent' else 'completed' end, pg_temp.agency(),
    'referral_for_support', '{}', '{contact_safe}', current_date - 3, pg_temp.staff(lead), '{}', current_date - 60
from stored;

insert into access_requests (id, case_id, kind, received_on, released_until)
select pg_temp.new_id(), id, 'copy', current_date - 90, case when not pg_temp.waits(n) then now() end
from stored where pg_temp.has_some(n);
insert into erasure_requests (id, case_id, state, reason, requested_by, requested_at, decided_by, decided_at, lapses_at,
    ordered_at)
select pg_temp.new_id(), id,
    case when pg_temp.waits(n) then (array['requested', 'proposed', 'ordered'])[1 + n / (pg_temp.cases() / 40) % 3] else 'complete' end,
    'asked_for_by_the_person', pg_temp.staff(lead), now() - interval '60 days', pg_temp.staff(lead), now(), now(),
    now() - interval '50 days' from stored where pg_temp.has_some(n);
insert into erasure_acknowledgements (request_id, holder, answer, at)
select id, holder, 'deleted', now() from erasure_requests, unnest(array['intake', 'legal', 'support']) holder
where state = 'complete';
insert into disclosures (id, case_id, demanded_by, basis, asked, received_on, decision, given)
select pg_temp.new_id(), id, 'police', 'court_order', '{contact_safe}', current_date - 30,
    case when not pg_temp.waits(n) then 'refused' end, '{}' from stored where pg_temp.has_some(n);
insert into disclosure_proposals (id, case_id, disclosure_id, state, challenged, decision, given, person_agreed,
    person_told, proposed_by, proposed_at, lapses_at)
select pg_temp.new_id(), case_id, id, case when decision is null then 'waiting' else 'confirmed' end, 'no', 'given',
    '{}', true, true, pg_temp.new_id(), now(), now() + interval '1 day' from disclosures;
insert into sharings (id, case_id, state, agency, purpose, data_categories, reason, until, proposed_by, proposed_on,
    review_by)
select pg_temp.new_id(), id, case when pg_temp.waits(n) then 'proposed' else 'in_force' end, pg_temp.agency(),
    'referral_for_support', '{contact_safe}', 'danger_to_life', current_date + 20, pg_temp.staff(lead),
    current_date - 2, now() from stored where pg_temp.has_some(n);
insert into glass_reviews (id, case_id, member, reason, opened_at, outcome)
select pg_temp.new_id(), id, pg_temp.staff(lead + 7), 'danger_to_life', now(),
    case when not pg_temp.waits(n) then 'justified' end from stored where pg_temp.has_some(n);
insert into notices (id, kind, case_id, member, reason, at, role, acknowledged_at)
select pg_temp.new_id(), 'break_glass', id, pg_temp.staff(lead + 7), 'danger_to_life', now(), 'supervisor',
    case when not pg_temp.waits(n) then now() end from stored;
insert into retention_reviews (id, case_id, record_class, reason, keep_until, decided_by, decided_at)
select pg_temp.new_id(), id, 'case', 'proceedings', current_date + 100, pg_temp.staff(lead), now()
from stored where n % 5 = 0;

drop table stored;
