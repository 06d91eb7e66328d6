# bash completion for ballast
_ballast() {
  local word="${COMP_WORDS[COMP_CWORD]}" flags=""
  COMPREPLY=()
  case "${COMP_WORDS[1]}" in
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
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "explore analyze check secrets packages diff squash optimize fix build export survey worker completion" -- "$word"))
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  fi
  COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _ballast ballast
