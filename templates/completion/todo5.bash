# Completion of todo5 for bash 3.2 and later. Load it with: source <(todo5 completion bash)
_todo5() {
  local line value description files=
  local -a values=() shown=()
  while IFS= read -r line; do
    if [ "$line" = ':files' ]; then
      files=1
      continue
    fi
    value=${line%%$'\t'*}
    description=${line#*$'\t'}
    values+=("$value")
    if [ -n "$description" ]; then shown+=("$value  ($description)"); else shown+=("$value"); fi
  done < <(todo5 __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ -n "$files" ]; then
    local IFS=$'\n'
    COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
    return
  fi
  # bash knows --flag=value as three words; only the last one is replaced.
  if [[ ${COMP_WORDS[COMP_CWORD]} = '=' || ${COMP_WORDS[COMP_CWORD - 1]} = '=' ]]; then
    COMPREPLY=("${values[@]}")
  # Descriptions are shown as long as there is a choice, and never taken over.
  elif [ "${#values[@]}" -gt 1 ] && [ "${COMP_TYPE:-}" = 63 ]; then
    COMPREPLY=("${shown[@]}")
  else
    COMPREPLY=("${values[@]}")
  fi
}
complete -F _todo5 todo5
