using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupUnpinCommand
{
    public static Command Create()
    {
        Argument<string> id = BackupReference.Argument();
        return new HandledCommand(
            "unpin", "Let the retention rules decide about a backup again.", context => RunAsync(context, context.Value(id)!))
        {
            Arguments = { id },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup unpin latest", "Take the pin off the newest backup. The next cleanup removes it only if the rules say so."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string reference) => await BackupReference.UseAsync([reference], async () =>
    {
        string id = await BackupReference.ResolveIdAsync(context, reference);
        return new Result(id, await context.Repository.UnpinAsync(id, context.Interrupt));
    });

    private sealed record Result(string Id, bool WasPinned) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("id"u8, Id);
            json.WriteBoolean("was_pinned"u8, WasPinned);
        }

        public void WriteText(TextOutput text)
        {
            if (WasPinned)
            {
                text.Aside($"{Id} is not pinned any more");
            }
            else
            {
                text.Remark($"{Id} was not pinned");
            }
        }
    }
}
