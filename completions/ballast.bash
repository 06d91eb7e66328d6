# bash completion for ballast
_ballast() {
  local word="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}" command=explore flags="" values="" takes_value=""
  if [[ $word == "=" ]]; then
    word=""
  elif [[ $previous == "=" ]]; then
    previous="${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  COMPREPLY=()
  case "${COMP_WORDS[1]}" in
    explore|analyze|check|secrets|packages|diff|squash|optimize|fix|build|export|survey|worker|completion) [[ $COMP_CWORD -gt 1 ]] && command="${COMP_WORDS[1]}" ;;
  esac
  case "$command $previous" in
    "explore --platform"|"explore --max-ratio"|"explore --host"|"explore --username"|"explore --authfile"|"explore --ca"|"explore --cert-dir"|"explore --address"|"explore --timeout"|"explore --secret-rules"|"explore --secrets-baseline"|"explore --base"|"explore --dockerfile"|"explore --target"|"explore --build-arg"|"analyze --platform"|"analyze --max-ratio"|"analyze --host"|"analyze --username"|"analyze --authfile"|"analyze --ca"|"analyze --cert-dir"|"analyze --address"|"analyze --timeout"|"analyze --secret-rules"|"analyze --secrets-baseline"|"analyze --base"|"analyze --dockerfile"|"analyze --target"|"analyze --build-arg"|"check --platform"|"check --max-ratio"|"check --host"|"check --username"|"check --authfile"|"check --ca"|"check --cert-dir"|"check --address"|"check --timeout"|"check --secret-rules"|"check --secrets-baseline"|"check --base"|"check --dockerfile"|"check --target"|"check --build-arg"|"check --config"|"check --fail"|"check --warn"|"check --baseline"|"check --explain"|"check --ci-config"|"check --lowestEfficiency"|"check --highestWastedBytes"|"check --highestUserWastedPercent"|"secrets --platform"|"secrets --max-ratio"|"secrets --host"|"secrets --username"|"secrets --authfile"|"secrets --ca"|"secrets --cert-dir"|"secrets --address"|"secrets --timeout"|"secrets --secret-rules"|"secrets --secrets-baseline"|"secrets --base"|"secrets --dockerfile"|"secrets --target"|"secrets --build-arg"|"secrets --config"|"packages --platform"|"packages --max-ratio"|"packages --host"|"packages --username"|"packages --authfile"|"packages --ca"|"packages --cert-dir"|"packages --address"|"packages --timeout"|"packages --base"|"packages --dockerfile"|"packages --target"|"packages --build-arg"|"packages --ecosystem"|"packages --layer"|"packages --why"|"diff --platform"|"diff --max-ratio"|"diff --host"|"diff --username"|"diff --authfile"|"diff --ca"|"diff --cert-dir"|"diff --address"|"diff --timeout"|"diff --layers"|"diff --text"|"diff --dockerfile"|"diff --target"|"diff --build-arg"|"squash --platform"|"squash --max-ratio"|"squash --host"|"squash --username"|"squash --authfile"|"squash --ca"|"squash --cert-dir"|"squash --address"|"squash --timeout"|"squash --base"|"squash --output"|"squash -o"|"squash --from"|"squash --last"|"squash --compression"|"squash --created"|"squash --set-env"|"squash --unset-env"|"squash --label"|"squash --entrypoint"|"squash --cmd"|"squash --user"|"squash --workdir"|"squash --plan"|"optimize --platform"|"optimize --max-ratio"|"optimize --host"|"optimize --username"|"optimize --authfile"|"optimize --ca"|"optimize --cert-dir"|"optimize --address"|"optimize --timeout"|"optimize --secret-rules"|"optimize --secrets-baseline"|"optimize --base"|"optimize --dockerfile"|"optimize --target"|"optimize --build-arg"|"optimize --output"|"optimize -o"|"optimize --from"|"optimize --last"|"optimize --compression"|"optimize --created"|"optimize --set-env"|"optimize --unset-env"|"optimize --label"|"optimize --entrypoint"|"optimize --cmd"|"optimize --user"|"optimize --workdir"|"optimize --plan"|"optimize --drop"|"optimize --remove"|"optimize --keep"|"optimize --boundary"|"optimize --apply"|"fix --platform"|"fix --max-ratio"|"fix --host"|"fix --username"|"fix --authfile"|"fix --ca"|"fix --cert-dir"|"fix --address"|"fix --timeout"|"fix --secret-rules"|"fix --secrets-baseline"|"fix --base"|"fix --dockerfile"|"fix --target"|"fix --build-arg"|"fix --context"|"fix --patch"|"fix --only"|"fix --except"|"fix --secret"|"fix --network"|"build --host"|"export --platform"|"export --max-ratio"|"export --host"|"export --username"|"export --authfile"|"export --ca"|"export --cert-dir"|"export --address"|"export --timeout"|"export --layer"|"export --output"|"export -o"|"survey --from"|"survey --include"|"survey --exclude"|"survey --latest"|"survey --newer-than"|"survey --concurrency"|"survey --state"|"survey --output"|"survey --queue"|"survey --store"|"survey --platform"|"survey --max-ratio"|"survey --secret-rules"|"survey --secrets-baseline"|"survey --config"|"survey --fail"|"survey --warn"|"survey --host"|"survey --username"|"survey --authfile"|"survey --ca"|"survey --cert-dir"|"survey --address"|"survey --timeout"|"worker --queue"|"worker --store"|"worker --concurrency"|"worker --lease"|"worker --state"|"worker --cache-size"|"worker --authfile"|"worker --ca"|"worker --cert-dir"|"worker --timeout") values=""; takes_value=1 ;;
    "explore --secrets"|"analyze --secrets"|"check --secrets"|"secrets --secrets"|"optimize --secrets"|"fix --secrets"|"survey --secrets") values="off config full"; takes_value=1 ;;
    "explore --format"|"analyze --format"|"check --format") values="text json markdown html sarif junit github codequality dive"; takes_value=1 ;;
    "explore --color"|"analyze --color"|"check --color"|"secrets --color"|"packages --color"|"diff --color"|"survey --color") values="auto always never"; takes_value=1 ;;
    "explore --source"|"check --source") values="docker podman docker-archive docker-tar"; takes_value=1 ;;
    "explore --view") values="summary files waste secrets duplicates plan config packages"; takes_value=1 ;;
    "explore --theme") values="auto dark light high-contrast color-blind monochrome"; takes_value=1 ;;
    "check --rules"|"survey --rules") values="ballast dive none"; takes_value=1 ;;
    "secrets --format") values="text json sarif"; takes_value=1 ;;
    "secrets --fail-on") values="critical high medium low info"; takes_value=1 ;;
    "packages --sort") values="bytes with name layer"; takes_value=1 ;;
    "packages --format") values="text json csv markdown html"; takes_value=1 ;;
    "diff --format") values="text json markdown html"; takes_value=1 ;;
    "squash --order"|"optimize --order") values="compress path"; takes_value=1 ;;
    "squash --manifest"|"optimize --manifest") values="oci docker"; takes_value=1 ;;
    "squash --history"|"optimize --history") values="keep collapse redact"; takes_value=1 ;;
    "fix --builder") values="docker buildx podman buildah"; takes_value=1 ;;
    "build --engine") values="docker podman"; takes_value=1 ;;
    "survey --output-format") values="json html"; takes_value=1 ;;
    "survey --format") values="text json csv html"; takes_value=1 ;;
  esac
  case "$command" in
    explore) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --secrets --secret-rules --secrets-baseline --base --dockerfile --target --build-arg --format --json --files --no-duplicates --all --color --source --ignore-errors --view --theme" ;;
    analyze) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --secrets --secret-rules --secrets-baseline --base --dockerfile --target --build-arg --format --json --files --no-duplicates --all --color" ;;
    check) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --secrets --secret-rules --secrets-baseline --base --dockerfile --target --build-arg --config --fail --warn --rules --allow-empty --baseline --explain --init --force --ci --ci-config --lowestEfficiency --highestWastedBytes --highestUserWastedPercent --source --ignore-errors --format --json --files --no-duplicates --all --color" ;;
    secrets) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --secrets --secret-rules --secrets-baseline --base --dockerfile --target --build-arg --format --json --all --all-platforms --fail-on --config --reveal --color" ;;
    packages) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --base --dockerfile --target --build-arg --ecosystem --layer --sort --why --tree --format --json --all --color" ;;
    diff) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --layers --text --dockerfile --target --build-arg --exit-code --format --json --all --color" ;;
    squash) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --base --output --force --all --keep-base --from --last --all-platforms --compression --order --manifest --history --created --set-env --unset-env --label --entrypoint --cmd --user --workdir --dry-run --plan" ;;
    optimize) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --secrets --secret-rules --secrets-baseline --base --dockerfile --target --build-arg --output --force --all --keep-base --from --last --all-platforms --compression --order --manifest --history --created --set-env --unset-env --label --entrypoint --cmd --user --workdir --dry-run --plan --drop --remove --keep --no-merge --no-hard-link --undo-metadata --scrub-secrets --no-recompress --split --boundary --apply" ;;
    fix) flags="--platform --verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --secrets --secret-rules --secrets-baseline --base --dockerfile --target --build-arg --context --patch --write --only --except --builder --secret --network --json --force" ;;
    build) flags="--engine --host" ;;
    export) flags="--platform --no-verify --no-cache --max-ratio --quiet --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout --layer --output --force" ;;
    survey) flags="--from --include --exclude --latest --newer-than --all-platforms --manifests-only --concurrency --state --output --output-format --strict --queue --store --platform --no-cache --max-ratio --quiet --secrets --secret-rules --secrets-baseline --no-duplicates --config --fail --warn --rules --format --json --all --color --host --pull --username --password-stdin --authfile --ca --cert-dir --insecure --address --timeout" ;;
    worker) flags="--queue --store --concurrency --lease --state --cache-size --no-cache --quiet --authfile --ca --cert-dir --insecure --timeout" ;;
    completion) flags="" ;;
  esac
  if [[ -n $takes_value ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$word"))
    [[ -n $values ]] && return
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "explore analyze check secrets packages diff squash optimize fix build export survey worker completion" -- "$word"))
  fi
  COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _ballast ballast
