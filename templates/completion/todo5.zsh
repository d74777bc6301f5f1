#compdef todo5
# Completion of todo5 for zsh. Load it with: source <(todo5 completion zsh)
_todo5() {
  local line files=
  local -a values shown
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      files=1
      continue
    fi
    values+=("${line%%$'\t'*}")
    if [[ -n ${line#*$'\t'} ]]; then
      shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
    else
      shown+=("${line%%$'\t'*}")
    fi
  done < <(todo5 __complete -- "${(@)words[2,$CURRENT]}" 2>/dev/null)
  if [[ -n $files ]]; then
    _files
    return
  fi
  # -U: a task is found by a part of its title, which is no beginning of its id.
  (( ${#values} )) && compadd -U -l -d shown -a values
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _todo5 todo5
