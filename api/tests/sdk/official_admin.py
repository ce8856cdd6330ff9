"""The administration part of the official Python SDK against a served Kinora: `python official_admin.py BASE_URL ADMIN_KEY`."""

import sys
import time
import warnings

import openai

warnings.simplefilter("ignore", DeprecationWarning)
base_url, admin_key = sys.argv[1:3]
client = openai.OpenAI(base_url=base_url, api_key=None, admin_api_key=admin_key)
organization = client.admin.organization


def expect(error, call):
    """The error that `call` must raise."""
    try:
        call()
    except error as raised:
        return raised
    raise AssertionError(f"{error.__name__} was not raised")


made = [organization.projects.create(name=f"project {n}") for n in range(3)]
assert all(project.object == "organization.project" and project.status == "active" for project in made), made
listed = [project.id for project in organization.projects.list(limit=2)]
assert listed[-3:] == [project.id for project in made], listed
project = organization.projects.update(made[0].id, name="renamed")
assert organization.projects.retrieve(project.id).name == "renamed"
archived = organization.projects.archive(made[2].id)
assert archived.status == "archived" and archived.archived_at, archived
assert archived.id not in [each.id for each in organization.projects.list()]
assert archived.id in [each.id for each in organization.projects.list(include_archived=True)]
print("projects", len(listed))

# OpenAI makes keys of projects on its pages alone, so its SDK has no method for it.
path = f"/organization/projects/{project.id}/api_keys"
headers = {"Authorization": f"Bearer {admin_key}"}
key = client.post(path, body={"name": "farm", "expires_in_seconds": 3600}, options={"headers": headers}, cast_to=dict)
assert openai.OpenAI(base_url=base_url, api_key=key["value"]).videos.list().data == []
keys = list(organization.projects.api_keys.list(project.id, limit=1))
assert [each.id for each in keys] == [key["id"]] and keys[0].owner.type == "service_account", keys
assert key["value"] not in keys[0].redacted_value and keys[0].expires_at == key["expires_at"]
changed = organization.projects.api_keys.update(key["id"], project_id=project.id, scopes=["videos:read"])
assert changed.id == key["id"] and changed.last_used_at, changed
assert organization.projects.api_keys.retrieve(key["id"], project_id=project.id).name == "farm"
assert organization.projects.api_keys.delete(key["id"], project_id=project.id).deleted
expect(openai.AuthenticationError, lambda: openai.OpenAI(base_url=base_url, api_key=key["value"]).videos.list())
print("projects.api_keys", key["id"])

account = organization.projects.service_accounts.create(project.id, name="robot", expires_in_seconds=3600)
assert openai.OpenAI(base_url=base_url, api_key=account.api_key.value).videos.list().data == []
assert [each.id for each in organization.projects.service_accounts.list(project.id)] == [account.id]
assert organization.projects.service_accounts.retrieve(account.id, project_id=project.id).name == "robot"
assert organization.projects.service_accounts.delete(account.id, project_id=project.id).deleted
print("projects.service_accounts", account.id)

admin = organization.admin_api_keys.create(name="finance", expires_in_seconds=3600)
other = openai.OpenAI(base_url=base_url, api_key=None, admin_api_key=admin.value)
assert other.admin.organization.admin_api_keys.retrieve(admin.id).name == "finance"
assert admin.id == next(iter(organization.admin_api_keys.list(order="desc", limit=1))).id
assert len(list(organization.admin_api_keys.list(limit=1))) == 2
assert organization.admin_api_keys.delete(admin.id).deleted
expect(openai.AuthenticationError, lambda: other.admin.organization.projects.list())
print("admin_api_keys", admin.id)

limits = list(organization.projects.rate_limits.list_rate_limits(project.id))
assert limits[0].object == "project.rate_limit" and limits[0].max_requests_per_1_minute > 0, limits
limit = organization.projects.rate_limits.update_rate_limit(limits[0].id, project_id=project.id, max_requests_per_1_minute=3)
assert limit.max_requests_per_1_minute == 3 and limit.model == limits[0].model, limit
refused = expect(openai.BadRequestError, lambda: organization.projects.rate_limits.update_rate_limit(
    limits[0].id, project_id=project.id, max_tokens_per_1_minute=3))
assert refused.param == "max_tokens_per_1_minute", refused
print("projects.rate_limits", limit.id)

for limits, arguments in [
    (organization.spend_limit, {}),
    (organization.projects.spend_limit, {"project_id": project.id}),
]:
    expect(openai.NotFoundError, lambda: limits.retrieve(**arguments))
    limit = limits.update(threshold_amount=2500, currency="USD", interval="month", **arguments)
    assert limit.threshold_amount == 2500 and limit.enforcement.status == "inactive", limit
    assert limits.retrieve(**arguments).currency == "USD"
    assert limits.delete(**arguments).deleted
    print(limit.object, limit.threshold_amount)

channel = {"type": "email", "recipients": ["finance@example.com"], "subject_prefix": "[video]"}
for alerts, arguments in [
    (organization.spend_alerts, {}),
    (organization.projects.spend_alerts, {"project_id": project.id}),
]:
    amount = {"currency": "USD", "interval": "month", "notification_channel": channel}
    alert = [alerts.create(threshold_amount=n, **amount, **arguments) for n in (100, 200)][-1]
    assert alert.notification_channel.recipients == channel["recipients"], alert
    assert [each.threshold_amount for each in alerts.list(limit=1, **arguments)] == [200, 100]
    assert [each.threshold_amount for each in alerts.list(order="asc", **arguments)] == [100, 200]
    changed = alerts.update(alert.id, threshold_amount=300, **amount, **arguments)
    assert alerts.retrieve(alert.id, **arguments).threshold_amount == changed.threshold_amount == 300
    assert alerts.delete(alert.id, **arguments).deleted
    print(alert.object, alert.id)

start = int(time.time()) - 2 * 86_400
costs = organization.usage.costs(start_time=start, limit=2, group_by=["project_id", "line_item"])
assert costs.object == "page" and len(costs.data) == 2 and costs.has_more and costs.next_page, costs
costs = organization.usage.costs(start_time=start, limit=2, page=costs.next_page, project_ids=[project.id])
assert costs.data[-1].end_time > time.time() and not costs.has_more, costs
usage = client.get(f"/organization/usage/videos?start_time={start}", cast_to=dict, options={"headers": headers})
assert usage["object"] == "page" and usage["data"][0]["object"] == "bucket", usage
print("usage", len(usage["data"]), "buckets")

print("the official Python SDK", openai.__version__, "can manage an organization")
