# What CI runs, by name. Everything needs only Python: run.py makes the environment.
.PHONY: check test search lock format clean

check:  ## all gates: format, lint, imports, types, house rules, tests
	python3 run.py test

test:  ## the tests alone; make test ARGS="-k inventory"
	python3 run.py test tests $(ARGS)

search:  ## the laws over random examples that no check has drawn yet; make search SEED=7
	python3 run.py test tests -m hypothesis --hypothesis-profile=search --hypothesis-seed=$(or $(SEED),0) $(ARGS)

format:  ## lay the code out and mend what can be mended
	python3 run.py test --version >/dev/null
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

lock:  ## choose versions anew for what pyproject.toml asks; needs the network
	python3 run.py test --version >/dev/null
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-emit-index-url --no-emit-find-links --no-header --group dev --extra adviser --extra dask pyproject.toml --output-file requirements.lock

clean:  ## everything that git does not know; the data directory is elsewhere
	git clean -fdX
