using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Manual;

internal static class ManCommand
{
    private const string Epoch = "SOURCE_DATE_EPOCH";

    public static Command Create()
    {
        Argument<string> folder = Filled.Argument(
            new Argument<string>("FOLDER") { Description = "Where to put the pages; made if there is none. Pages of the same names are replaced." });
        return new HandledCommand("man", "Write the pages of the manual, one for each command.", context => RunAsync(context, context.Value(folder)!))
        {
            Arguments = { folder },
            Examples = static () =>
            [
                new("llmspell man man1", "Write llmspell.1, llmspell-run.1 and the others into the folder man1."),
                new("llmspell man ~/.local/share/man/man1", "Let man llmspell find them."),
            ],
            SeeAlso = ["help"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string folder)
    {
        string target = Path.GetFullPath(folder, context.Host.WorkingFolder);
        var manual = new ManualPage(Date(context.Host), VersionResult.Version);
        List<string> files = [];
        foreach (Command command in CommandNames.Visible(context.Tree.Root))
        {
            HelpPage page = CommandHelp.Of(context.Tree, command);
            string name = ManualPage.FileName(page.Name);
            await WriteAsync(Path.Combine(target, name), manual.Format(page, command == context.Tree.Root));
            files.Add(name);
        }

        return new Result(target, files);
    }

    private static async Task WriteAsync(string file, string text)
    {
        try
        {
            if (File.Exists(file))
            {
                File.Delete(file);
            }

            await using PublishedFile published = PublishedFile.Begin(file);
            await published.WriteAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);
            await published.CompleteAsync(CancellationToken.None);
        }
        catch (StateStorageException error)
        {
            // The helper is the backups', and so are its hints.
            throw new CommandException(ExitCodes.Storage, error.Message, "Name a folder that you may write to.");
        }
    }

    private static string Date(CommandLineHost host) =>
        (BuildDate(host.Environment(Epoch)) ?? host.Clock.GetUtcNow()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // The same sources give the same pages. A value that is none must not be passed over: reproducible-builds.org/specs/source-date-epoch.
    private static DateTimeOffset? BuildDate(string? epoch) =>
        string.IsNullOrEmpty(epoch) ? null
        : long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new CommandException(
                ExitCodes.Usage, $"{Epoch} is {SafeText.OneLine(epoch)}, which is no date", "It is a number of seconds since 1970; without it, the pages have today's date.");

    private sealed record Result(string Folder, IReadOnlyList<string> Files) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("folder"u8, Folder);
            JsonText.WriteList(json, "files"u8, Files);
        }

        public void WriteText(TextOutput text) => text.Line($"wrote {Quantities.Count(Files.Count, "page", "pages")} to {SafeText.OneLine(Folder)}");
    }
}
