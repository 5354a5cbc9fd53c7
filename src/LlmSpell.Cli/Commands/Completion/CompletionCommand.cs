using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Completion;

internal static class CompletionCommand
{
    private enum Shell
    {
        Bash,
        Zsh,
        Fish,
    }

    public static Command Create()
    {
        Argument<Shell> shell = Choice.Argument("The shell that will read it.", "SHELL", ("bash", Shell.Bash), ("zsh", Shell.Zsh), ("fish", Shell.Fish));
        return new HandledCommand(
            "completion", "Print a script that teaches a shell to complete commands, options, backups, scopes and keys.",
            context => Task.FromResult<ICommandResult>(new Result(context.Value(shell))))
        {
            Arguments = { shell },
            Examples = static () =>
            [
                new("llmspell completion bash", "Look at the script for bash."),
                new("source <(llmspell completion bash)", "Use it in this bash; in ~/.bashrc, for good."),
                new("llmspell completion bash > llmspell.bash", "For all users, put this into /usr/share/bash-completion/completions/llmspell."),
                new("llmspell completion zsh > _llmspell", "Put this into a folder of zsh's $fpath, and start a new zsh."),
                new("llmspell completion fish > llmspell.fish", "Put this into ~/.config/fish/completions/."),
            ],
        };
    }

    private sealed record Result(Shell Shell) : ICommandResult
    {
        private string Script => Shell switch
        {
            Shell.Bash => CompletionScripts.Bash,
            Shell.Zsh => CompletionScripts.Zsh,
            _ => CompletionScripts.Fish,
        };

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("shell"u8, Shell.ToString().ToLowerInvariant());
            json.WriteString("script"u8, Script);
        }

        public void WriteText(TextOutput text) => text.Line(Script);
    }
}
