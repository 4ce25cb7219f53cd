# The template's commands. They need Python >= 3.11 and nothing else: what is missing is put into .venv/ and build/.
#
#   make start                                                      asks the questions, bakes into build/, runs the project
#   make start TENANCY=schema BILLING=razorpay FRONTEND=none NAME="Acme"    asks nothing
#   make stop                                                       ends the projects in build/ that run
#   make test                                                       bakes all combinations and tests them
#   make quick                                                      the template's own tests alone, about a minute

PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help start stop test quick lint lock clean

help:
	@sed -n 's/^#   //p' Makefile

# Only answers given on the command line count: a NAME in the environment may have nothing to do with this.
start:
	@$(PYTHON) tests/start.py start $(foreach name,NAME TENANCY BILLING FRONTEND,$(if $(findstring command,$(origin $(name))),$(name)))

stop:
	@$(PYTHON) tests/start.py stop

test:
	@$(PYTHON) tests/run.py

quick:
	@$(PYTHON) tests/run.py quick

lint:
	@$(PYTHON) tests/run.py lint

# The exact packages, for the template's tools and for the project, from tests/requirements.in and backend/pyproject.toml.
lock:
	@$(PYTHON) -c "import sys; sys.path.insert(0, '.'); from tests import tools; tools.install()"
	@UV_SYSTEM_CERTS=1 .venv/bin/uv pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 --upgrade \
		tests/requirements.in --output-file tests/requirements.txt
	@UV_SYSTEM_CERTS=1 PATH="$(CURDIR)/.venv/bin:$$PATH" python tests/lock.py

clean:
	rm -rf build .venv
