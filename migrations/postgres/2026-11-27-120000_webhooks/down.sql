UPDATE api_keys SET scopes = replace(replace(scopes, ' webhooks:read', ''), ' webhooks:write', '');
DROP TABLE delivery_attempts;
DROP TABLE deliveries;
DROP TABLE video_webhooks;
DROP TABLE webhook_endpoints;
DROP INDEX events_by_age;
DROP INDEX events_to_dispatch;
ALTER TABLE events DROP COLUMN dispatched_at;
