DROP TABLE compute_rates;
DROP FUNCTION kinora_refuse_change();
DROP INDEX videos_by_completion;
DROP INDEX videos_by_organization;
DROP INDEX runs_by_end;
ALTER TABLE runs DROP COLUMN compute_micros;
ALTER TABLE videos DROP COLUMN operation;
ALTER TABLE videos DROP COLUMN model_id;
DROP TABLE rate_limits;
ALTER TABLE projects DROP COLUMN archived_at;
-- Keys of administrators have no place in the older table.
DELETE FROM api_keys WHERE kind = 'admin';
ALTER TABLE api_keys DROP CONSTRAINT api_keys_organization_for_admin_kind;
ALTER TABLE api_keys DROP CONSTRAINT api_keys_kind_check;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_kind_check CHECK (kind IN ('project', 'operator', 'worker'));
ALTER TABLE api_keys DROP COLUMN expires_at;
ALTER TABLE api_keys DROP COLUMN organization_id;
