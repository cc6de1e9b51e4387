"""What boto3's users do, against the endpoint of the environment; prints {case: null or what went wrong} as JSON.

argv: the partner's clientToken, and GitHub's token. The cases run in order, each on what those before it have left.
"""

import json
import sys
import traceback

import boto3
from botocore.exceptions import ClientError

CLIENT_TOKEN, GITHUB_TOKEN = sys.argv[1:]
client = boto3.client("codepipeline")
errors = client.exceptions
cases = {}


def case(function):
    """Runs the function as a case that is named by its docstring."""
    try:
        function()
        cases[function.__doc__] = None
    except Exception:
        cases[function.__doc__] = traceback.format_exc()


def action_type(category, provider, owner="Custom"):
    return {"category": category, "owner": owner, "provider": provider, "version": "1"}


ORIGIN, BUILDER = action_type("Source", "Origin"), action_type("Build", "Builder")
SCANNER = action_type("Test", "Scanner", "ThirdParty")


def action(name, type_id, **more):
    return {"name": name, "actionTypeId": type_id, **more}


def declaration(name, *stages):
    fetch = action("Fetch", ORIGIN, outputArtifacts=[{"name": "Code"}])
    return {
        "name": name,
        "roleArn": "arn:aws:iam::000000000000:role/pipeline",
        "stages": [{"name": "Source", "actions": [fetch]}]
        + [{"name": stage, "actions": [content]} for stage, content in stages],
    }


APPROVE = action("Approve", action_type("Approval", "Manual", "AWS"))
BUILD = action("Build", BUILDER, configuration={"Project": "app"}, inputArtifacts=[{"name": "Code"}])
SCAN = action("Scan", SCANNER, configuration={"Project": "app"}, inputArtifacts=[{"name": "Code"}])


def take(type_id, **more):
    (job,) = client.poll_for_jobs(actionTypeId=type_id, **more)["jobs"]
    assert client.acknowledge_job(jobId=job["id"], nonce=job["nonce"])["status"] == "InProgress"
    return job


def executions(name):
    pages = client.get_paginator("list_pipeline_executions").paginate(pipelineName=name)
    return [summary for page in pages for summary in page["pipelineExecutionSummaries"]]


def stage_state(name, stage):
    states = client.get_pipeline_state(name=name)["stageStates"]
    return next(state for state in states if state["stageName"] == stage)


def raises(error, function, **arguments):
    try:
        function(**arguments)
    except error as raised:
        assert isinstance(raised, ClientError)
        return raised.response["Error"]["Message"]
    raise AssertionError(f"{function.__name__} was not refused")


@case
def _():
    """action types: create, list by owner, tags"""
    for type_id in (ORIGIN, BUILDER):
        client.create_custom_action_type(
            category=type_id["category"],
            provider=type_id["provider"],
            version="1",
            inputArtifactDetails={"minimumCount": 0, "maximumCount": 5},
            outputArtifactDetails={"minimumCount": 0, "maximumCount": 5},
            configurationProperties=[
                {"name": "Project", "required": type_id is BUILDER, "key": True, "secret": False, "queryable": type_id is BUILDER}
            ],
        )
    pages = client.get_paginator("list_action_types").paginate(actionOwnerFilter="Custom")
    assert [kind["id"] for page in pages for kind in page["actionTypes"]] == [BUILDER, ORIGIN]
    arn = "arn:aws:codepipeline:us-east-1:000000000000:actiontype:Custom/Build/Builder/1"
    client.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "1"}]
    client.untag_resource(resourceArn=arn, tagKeys=["a"])
    pages = client.get_paginator("list_tags_for_resource").paginate(resourceArn=arn)
    assert [tag for page in pages for tag in page["tags"]] == []


@case
def _():
    """a partner's action type: get, update"""
    found = client.get_action_type(**SCANNER)["actionType"]
    client.update_action_type(actionType={**found, "description": "Looks twice"})
    assert client.get_action_type(**SCANNER)["actionType"]["description"] == "Looks twice"
    client.update_action_type(actionType=found)


@case
def _():
    """pipelines: create with tags, get, update, list page by page"""
    for name in ("a", "b", "c"):
        given = declaration(name, ("Build", BUILD), ("Release", APPROVE))
        made = client.create_pipeline(pipeline=given, tags=[{"key": "team", "value": "x"}])
        assert made["pipeline"]["version"] == 1 and made["tags"] == [{"key": "team", "value": "x"}]
    read = client.get_pipeline(name="a")
    assert read["metadata"]["created"] == read["metadata"]["updated"]
    assert client.update_pipeline(pipeline=read["pipeline"])["pipeline"]["version"] == 2
    assert client.get_pipeline(name="a", version=1)["pipeline"]["version"] == 1
    pages = list(client.get_paginator("list_pipelines").paginate(PaginationConfig={"PageSize": 2}))
    assert [[one["name"] for one in page["pipelines"]] for page in pages] == [["a", "b"], ["c"]]


@case
def _():
    """jobs: poll, acknowledge, details, success, failure, retry"""
    for name in ("a", "c"):
        client.stop_pipeline_execution(
            pipelineName=name, pipelineExecutionId=executions(name)[0]["pipelineExecutionId"], abandon=True, reason="enough"
        )
    client.put_job_success_result(jobId=take(ORIGIN)["id"], outputVariables={"Sha": "1"})
    job = take(BUILDER, queryParam={"Project": "app"})
    details = client.get_job_details(jobId=job["id"])["jobDetails"]
    assert details["data"]["inputArtifacts"][0]["name"] == "Code"
    client.put_job_failure_result(jobId=job["id"], failureDetails={"type": "JobFailed", "message": "broke"})
    (summary,) = executions("b")
    assert summary["status"] == "Failed"
    execution = summary["pipelineExecutionId"]
    again = client.retry_stage_execution(
        pipelineName="b", stageName="Build", pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
    )
    assert again["pipelineExecutionId"] == execution
    client.put_job_success_result(jobId=take(BUILDER, queryParam={"Project": "app"})["id"])


@case
def _():
    """approvals: the token of the state, the answer, the execution's end"""
    token = stage_state("b", "Release")["actionStates"][0]["latestExecution"]["token"]
    answer = client.put_approval_result(
        pipelineName="b",
        stageName="Release",
        actionName="Approve",
        token=token,
        result={"status": "Approved", "summary": "fine"},
    )
    assert answer["approvedAt"].tzinfo is not None
    execution = executions("b")[0]["pipelineExecutionId"]
    found = client.get_pipeline_execution(pipelineName="b", pipelineExecutionId=execution)["pipelineExecution"]
    assert found["status"] == "Succeeded"


@case
def _():
    """history: action executions page by page, with filters; targets of deployments"""
    paginator = client.get_paginator("list_action_executions")
    pages = list(paginator.paginate(pipelineName="b", PaginationConfig={"PageSize": 1}))
    details = [detail for page in pages for detail in page["actionExecutionDetails"]]
    assert [detail["actionName"] for detail in details] == ["Approve", "Build", "Build", "Fetch"], details
    latest = {"latestInPipelineExecution": {"pipelineExecutionId": details[0]["pipelineExecutionId"], "startTimeRange": "Latest"}}
    found = client.list_action_executions(pipelineName="b", filter=latest)["actionExecutionDetails"]
    assert all(detail["pipelineExecutionId"] == details[0]["pipelineExecutionId"] for detail in found)
    pages = client.get_paginator("list_deploy_action_execution_targets").paginate(
        actionExecutionId=details[0]["actionExecutionId"]
    )
    assert [target for page in pages for target in page["targets"]] == []
    assert client.list_rule_types()["ruleTypes"]


@case
def _():
    """executions: start with variables' and revisions' members, stop, transitions"""
    client.disable_stage_transition(pipelineName="b", stageName="Build", transitionType="Inbound", reason="not now")
    assert stage_state("b", "Build")["inboundTransitionState"]["enabled"] is False
    client.enable_stage_transition(pipelineName="b", stageName="Build", transitionType="Inbound")
    started = client.start_pipeline_execution(name="b", clientRequestToken="once")["pipelineExecutionId"]
    assert client.start_pipeline_execution(name="b", clientRequestToken="once")["pipelineExecutionId"] == started
    client.stop_pipeline_execution(pipelineName="b", pipelineExecutionId=started, abandon=True)
    import datetime

    revised = client.put_action_revision(
        pipelineName="b",
        stageName="Source",
        actionName="Fetch",
        actionRevision={"revisionId": "1", "revisionChangeId": "1", "created": datetime.datetime(2026, 1, 1)},
    )
    assert revised["newRevision"] is True
    client.stop_pipeline_execution(pipelineName="b", pipelineExecutionId=revised["pipelineExecutionId"], abandon=True)


def third_party_job():
    (waiting,) = client.poll_for_third_party_jobs(actionTypeId=SCANNER)["jobs"]
    details = client.get_third_party_job_details(jobId=waiting["jobId"], clientToken=CLIENT_TOKEN)["jobDetails"]
    status = client.acknowledge_third_party_job(
        jobId=waiting["jobId"], nonce=details["nonce"], clientToken=CLIENT_TOKEN
    )["status"]
    assert status == "InProgress"
    return waiting["jobId"]


@case
def _():
    """a partner's jobs: poll, details, acknowledge, success, failure"""
    client.create_pipeline(pipeline=declaration("scanned", ("Test", SCAN)))
    client.put_job_success_result(jobId=take(ORIGIN)["id"])
    client.put_third_party_job_failure_result(
        jobId=third_party_job(), clientToken=CLIENT_TOKEN, failureDetails={"type": "JobFailed", "message": "leaks"}
    )
    client.retry_stage_execution(
        pipelineName="scanned",
        stageName="Test",
        pipelineExecutionId=executions("scanned")[0]["pipelineExecutionId"],
        retryMode="FAILED_ACTIONS",
    )
    client.put_third_party_job_success_result(jobId=third_party_job(), clientToken=CLIENT_TOKEN)
    assert executions("scanned")[0]["status"] == "Succeeded"


@case
def _():
    """webhooks: put, list, delete"""
    definition = {
        "name": "hook",
        "targetPipeline": "b",
        "targetAction": "Fetch",
        "filters": [{"jsonPath": "$.ref", "matchEquals": "refs/heads/main"}],
        "authentication": "GITHUB_HMAC",
        "authenticationConfiguration": {"SecretToken": "s3cret"},
    }
    made = client.put_webhook(webhook=definition)["webhook"]
    assert made["definition"]["authenticationConfiguration"]["SecretToken"] == "****"
    pages = client.get_paginator("list_webhooks").paginate()
    assert [hook["url"] for page in pages for hook in page["webhooks"]] == [made["url"]]
    client.delete_webhook(name="hook")


@case
def _():
    """a webhook is told to GitHub, and taken back"""
    source = {
        "name": "Fetch",
        "actionTypeId": action_type("Source", "GitHub", "ThirdParty"),
        "configuration": {"Owner": "octo", "Repo": "shop", "Branch": "main", "OAuthToken": GITHUB_TOKEN, "PollForSourceChanges": "false"},
        "outputArtifacts": [{"name": "Code"}],
    }
    hooked = declaration("hooked", ("Release", APPROVE))
    hooked["stages"][0]["actions"] = [source]
    made = client.create_pipeline(pipeline=hooked)["pipeline"]
    assert made["stages"][0]["actions"][0]["configuration"]["OAuthToken"] == "****"
    definition = {
        "name": "hooked",
        "targetPipeline": "hooked",
        "targetAction": "Fetch",
        "filters": [{"jsonPath": "$.ref", "matchEquals": "refs/heads/{Branch}"}],
        "authentication": "GITHUB_HMAC",
        "authenticationConfiguration": {"SecretToken": "s3cret"},
    }
    client.put_webhook(webhook=definition)
    client.register_webhook_with_third_party(webhookName="hooked")
    client.deregister_webhook_with_third_party(webhookName="hooked")


@case
def _():
    """conditions: a rule that fails, its history, an override; then a rollback"""
    guarded = declaration("guarded", ("Ship", action("Ship", BUILDER, configuration={"Project": "g"})))
    guarded["variables"] = [{"name": "Env", "defaultValue": "dev"}]
    rule = {
        "name": "Production",
        "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"},
        "configuration": {"Variable": "#{variables.Env}", "Value": "prod", "Operator": "EQ"},
    }
    guarded["stages"][1]["beforeEntry"] = {"conditions": [{"result": "FAIL", "rules": [rule]}]}
    client.create_pipeline(pipeline=guarded)
    client.put_job_success_result(jobId=take(ORIGIN)["id"])
    (summary,) = executions("guarded")
    assert summary["status"] == "Failed"
    pages = client.get_paginator("list_rule_executions").paginate(pipelineName="guarded")
    assert [(rule["ruleName"], rule["status"]) for page in pages for rule in page["ruleExecutionDetails"]] == [("Production", "Failed")]
    execution = summary["pipelineExecutionId"]
    client.override_stage_condition(
        pipelineName="guarded", stageName="Ship", pipelineExecutionId=execution, conditionType="BEFORE_ENTRY"
    )
    client.put_job_success_result(jobId=take(BUILDER, queryParam={"Project": "g"})["id"])
    assert executions("guarded")[0]["status"] == "Succeeded"
    client.rollback_stage(pipelineName="guarded", stageName="Ship", targetPipelineExecutionId=execution)
    client.put_job_success_result(jobId=take(BUILDER, queryParam={"Project": "g"})["id"])
    newest = executions("guarded")[0]
    assert (newest["status"], newest["executionType"]) == ("Succeeded", "ROLLBACK")


@case
def _():
    """errors are raised as the classes of their names"""
    unknown = "11111111-2222-4333-8444-555555555555"
    text = raises(errors.PipelineNotFoundException, client.get_pipeline, name="nobody")
    assert text == "Account '000000000000' does not have a pipeline with name 'nobody'", text
    raises(errors.PipelineNameInUseException, client.create_pipeline, pipeline=declaration("b", ("Release", APPROVE)))
    raises(errors.ValidationException, client.get_pipeline, name="not a name")
    raises(errors.PipelineVersionNotFoundException, client.get_pipeline, name="b", version=9)
    raises(errors.JobNotFoundException, client.get_job_details, jobId=unknown)
    raises(
        errors.StageNotFoundException,
        client.enable_stage_transition,
        pipelineName="b",
        stageName="Nowhere",
        transitionType="Inbound",
    )
    raises(errors.PipelineExecutionNotFoundException, client.get_pipeline_execution, pipelineName="b", pipelineExecutionId=unknown)
    raises(errors.InvalidNextTokenException, client.list_pipelines, nextToken="forged")
    raises(errors.InvalidArnException, client.list_tags_for_resource, resourceArn="arn:aws:codepipeline:us-east-1:000000000000:a/b/c/d")
    raises(errors.ActionTypeNotFoundException, client.poll_for_jobs, actionTypeId=action_type("Build", "Nobody"))
    raises(errors.InvalidStructureException, client.create_pipeline, pipeline={**declaration("d"), "stages": declaration("d")["stages"]})
    raises(
        errors.ApprovalAlreadyCompletedException,
        client.put_approval_result,
        pipelineName="b",
        stageName="Release",
        actionName="Approve",
        token=next(
            detail["actionExecutionId"]
            for detail in client.list_action_executions(pipelineName="b")["actionExecutionDetails"]
            if detail["actionName"] == "Approve"
        ),
        result={"status": "Approved", "summary": ""},
    )
    raises(
        errors.StageNotRetryableException,
        client.retry_stage_execution,
        pipelineName="b",
        stageName="Release",
        pipelineExecutionId=executions("b")[-1]["pipelineExecutionId"],
        retryMode="FAILED_ACTIONS",
    )


@case
def _():
    """deletion: pipelines and action types, also those that are gone"""
    for name in ("a", "b", "c", "scanned", "hooked", "guarded", "nobody"):
        assert client.delete_pipeline(name=name)["ResponseMetadata"]["HTTPStatusCode"] == 200
    for type_id in (ORIGIN, BUILDER):
        client.delete_custom_action_type(category=type_id["category"], provider=type_id["provider"], version="1")
    assert client.list_pipelines()["pipelines"] == []


print(json.dumps(cases))
