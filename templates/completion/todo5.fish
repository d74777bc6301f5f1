# Completion of todo5 for fish. Keep it as: todo5 completion fish > ~/.config/fish/completions/todo5.fish
function __todo5_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l typed (commandline --current-token --cut-at-cursor)
    for line in (todo5 __complete -- $words[2..-1] "$typed" 2>/dev/null)
        if test "$line" = ':files'
            __fish_complete_path "$typed"
        else
            echo $line
        end
    end
end
complete --command todo5 --no-files --arguments '(__todo5_complete)'
