namespace LlmSpell.Cli.Commands.Completion;

/// <summary>
/// The scripts for the shells. They know no command: they ask the program (<see cref="CompletionRequest"/>), so that they never
/// lag behind it.
/// </summary>
internal static class CompletionScripts
{
    // Bash cuts words at colons and equals signs, which stand in scopes and options: the words are put together again, and what
    // bash thinks is a word of its own is cut off the candidates.
    public const string Bash =
        """
        # bash completion for llmspell; source it, or put it into /usr/share/bash-completion/completions/llmspell

        _llmspell() {
            local rest=${COMP_LINE:0:COMP_POINT} word raw i
            local -a words=()
            for ((i = 0; i <= COMP_CWORD; i++)); do
                local blanks=${rest%%[![:space:]]*}
                rest=${rest#"$blanks"}
                raw=${COMP_WORDS[i]}
                ((i == COMP_CWORD)) && raw=$rest
                rest=${rest#"$raw"}
                if ((i == 0)) || [[ -n $blanks ]]; then
                    words+=("$raw")
                else
                    words[-1]+=$raw
                fi
            done

            local typed=${words[-1]} program=${words[0]/#\~/$HOME}
            local inserted=${typed%"$raw"}
            [[ $raw == [:=] ]] && inserted=$typed
            local -a asked=()
            for word in "${words[@]:1}"; do
                word=${word//\\/}
                asked+=("${word//[\"\']/}")
            done

            type -t "$program" >/dev/null || program=llmspell
            local directive line candidate
            COMPREPLY=()
            {
                IFS= read -r directive
                while IFS= read -r line; do
                    candidate=${line%%$'\t'*}
                    candidate=${candidate#"${inserted//\\/}"}
                    # Behind a quote that was typed, bash inserts as it is what a key may hold: a name that could end the quote stays out.
                    if [[ $raw == [\"\']* ]]; then
                        [[ $candidate == *[!A-Za-z0-9_.:/@%+,=-]* ]] && continue
                    else
                        printf -v candidate '%q' "$candidate"
                    fi
                    COMPREPLY+=("$candidate")
                done
            } < <("$program" __complete "${asked[@]}" 2>/dev/null)

            local current=$raw
            [[ $raw == [:=] ]] && current=
            case $directive in
                files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
                scripts)
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -f -X '!*.lua' -- "$current"; compgen -d -- "$current")
                    ((${#COMPREPLY[@]})) || mapfile -t COMPREPLY < <(compgen -f -- "$current")
                    ;;
                folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
            esac
        }

        complete -F _llmspell llmspell
        """;

    public const string Zsh =
        """
        #compdef llmspell
        # zsh completion for llmspell; put it as _llmspell into a folder of $fpath, or source it behind compinit

        _llmspell() {
            local directive line
            local -a asked lines candidates
            asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
            lines=("${(@f)$(${(Q)words[1]/#\~/$HOME} __complete "${asked[@]}" 2>/dev/null)}")
            directive=$lines[1]
            for line in "${(@)lines[2,-1]}"; do
                [[ -n $line ]] || continue
                candidates+=("${${line%%$'\t'*}//:/\\:}${${line#*$'\t'}:+:}${line#*$'\t'}")
            done

            case $directive in
                files) _files ;;
                scripts) _files -g '*.lua' || _files ;;
                folders) _files -/ ;;
                *) _describe -V llmspell candidates ;;
            esac
        }

        if [[ $funcstack[1] == _llmspell ]]; then
            _llmspell "$@"
        else
            compdef _llmspell llmspell
        fi
        """;

    public const string Fish =
        """
        # fish completion for llmspell; put it into ~/.config/fish/completions/llmspell.fish

        function __llmspell_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct | string unescape)
            set -l lines ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
            switch "$lines[1]"
                case files
                    __llmspell_paths "$current" ''
                case scripts
                    __llmspell_paths "$current" '.lua'
                case folders
                    __fish_complete_directories "$current" ''
                case '*'
                    for line in $lines[2..-1]
                        echo $line
                    end
            end
        end

        # Of a word such as --config=FILE only the part behind the equals sign is a path.
        function __llmspell_paths -a current suffix
            set -l option (string match -r '^--[^=]*=' -- "$current")
            set -l start (string replace -r '^--[^=]*=' '' -- "$current")
            for path in $start*
                if test -d $path
                    echo "$option$path/"
                else if test -z "$suffix"; or string match -q "*$suffix" -- $path
                    echo "$option$path"
                end
            end
        end

        complete -c llmspell -f -k -a '(__llmspell_complete)'
        """;
}
