# What Terraform's users write: every resource of CodePipeline, and what a second version changes.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "team" { type = string }
variable "branch" { type = string }

provider "aws" {
  region                      = "us-east-1"
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  endpoints {
    codepipeline = var.endpoint
    s3           = var.endpoint
    sts          = var.endpoint
  }
}

resource "aws_codepipeline_custom_action_type" "builder" {
  category      = "Build"
  provider_name = "TfBuilder"
  version       = "1"
  input_artifact_details {
    maximum_count = 1
    minimum_count = 0
  }
  output_artifact_details {
    maximum_count = 1
    minimum_count = 0
  }
  configuration_property {
    name        = "Project"
    description = "What is built"
    key         = true
    queryable   = true
    required    = true
    secret      = false
    type        = "String"
  }
  settings {
    entity_url_template    = "https://ci.example/{Config:Project}"
    execution_url_template = "https://ci.example/{Config:Project}/{ExternalExecutionId}"
  }
  tags = { team = var.team }
}

resource "aws_codepipeline" "web" {
  name           = "web"
  role_arn       = "arn:aws:iam::000000000000:role/pipeline"
  pipeline_type  = "V2"
  execution_mode = "QUEUED"
  artifact_store {
    location = "artifacts"
    type     = "S3"
  }
  variable {
    name          = "Env"
    default_value = "dev"
    description   = "Where to"
  }
  stage {
    name = "Source"
    action {
      name             = "Fetch"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeCommit"
      version          = "1"
      namespace        = "Src"
      output_artifacts = ["code"]
      configuration    = { RepositoryName = "web", BranchName = var.branch, PollForSourceChanges = "false" }
    }
  }
  stage {
    name = "Build"
    action {
      name               = "Compile"
      category           = "Build"
      owner              = "Custom"
      provider           = aws_codepipeline_custom_action_type.builder.provider_name
      version            = "1"
      run_order          = 2
      timeout_in_minutes = 10
      input_artifacts    = ["code"]
      configuration      = { Project = "web" }
    }
  }
  stage {
    name = "Release"
    action {
      name     = "Approve"
      category = "Approval"
      owner    = "AWS"
      provider = "Manual"
      version  = "1"
    }
  }
  tags = { team = var.team }
}

resource "aws_codepipeline_webhook" "hook" {
  name            = "hook"
  authentication  = "IP"
  target_action   = "Fetch"
  target_pipeline = aws_codepipeline.web.name
  authentication_configuration {
    allowed_ip_range = "192.0.2.0/24"
  }
  filter {
    json_path    = "$.ref"
    match_equals = "refs/heads/${var.branch}"
  }
  tags = { team = var.team }
}
