using System.CommandLine;
using System.Text;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Configuration;

internal static class ConfigInitCommand
{
    public static Command Create() => new HandledCommand(
        "init", "Write a commented configuration file: the one that -c names, else ./llmspell.toml.", RunAsync)
    {
        Examples = static () =>
        [
            new("llmspell config init", "Write ./llmspell.toml with every key, explained."),
            new("llmspell -c ~/.config/llmspell/llmspell.toml config init", "Write the one that applies wherever there is no other."),
        ],
    };

    private static async Task<ICommandResult> RunAsync(CommandContext context)
    {
        string file = Path.GetFullPath(
            context.ConfigurationRequest.NamedFile ?? ConfigurationLocator.FileName, context.Host.WorkingFolder);
        if (Path.Exists(file))
        {
            throw new CommandException(ExitCodes.Usage, $"{file} exists already", "Name another file with -c, or move that one away.");
        }

        try
        {
            await using PublishedFile published = PublishedFile.Begin(file);
            await published.WriteAsync(Encoding.UTF8.GetBytes(ConfigurationTemplate.Text()), CancellationToken.None);
            await published.CompleteAsync(CancellationToken.None);
        }
        catch (StateStorageException error)
        {
            // The helper is the backups', and so are its hints.
            throw new CommandException(ExitCodes.Storage, error.Message, "Name a file in a folder that you may write to, with -c.");
        }

        return new Result(file);
    }

    private sealed record Result(string File) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json) => json.WriteString("file"u8, File);

        public void WriteText(TextOutput text) => text.Line($"wrote {SafeText.OneLine(File)}");
    }
}
