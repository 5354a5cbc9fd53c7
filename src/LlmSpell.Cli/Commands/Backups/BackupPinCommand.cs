using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupPinCommand
{
    public static Command Create()
    {
        Argument<string> id = BackupReference.Argument();
        Option<string?> reason = new("--reason") { Description = "Why it is to stay, for those who find the pin later.", HelpName = "TEXT" };
        return new HandledCommand(
            "pin", "Keep a backup whatever the retention rules say, until it is unpinned.",
            context => RunAsync(context, context.Value(id)!, context.Value(reason) ?? ""))
        {
            Arguments = { id },
            Options = { reason },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup pin latest --reason \"before the migration\"", "Keep the newest backup, and say why."),
                new("llmspell backup pin 20260301-120000-abcdefgh", "Keep a backup; of another state too, where several share the folder."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string reference, string reason)
    {
        if (reason.Length > BackupService.MaxReasonLength)
        {
            throw new CommandException(ExitCodes.Usage, $"the reason has {reason.Length} characters; at most {BackupService.MaxReasonLength} are kept");
        }

        return new Result(await BackupReference.UseAsync([reference], async () =>
        {
            string id = await BackupReference.ResolveIdAsync(context, reference);
            return await context.Repository.PinAsync(id, reason, context.Interrupt);
        }));
    }

    private sealed record Result(PinResult Pinned) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("id"u8, Pinned.Pin.Backup.Value);
            json.WriteBoolean("new"u8, Pinned.IsNew);
            json.WriteString("reason"u8, Pinned.Pin.Reason);
            json.WriteString("since"u8, Pinned.Pin.Since is { } since ? Quantities.ExactTime(since) : null);
        }

        public void WriteText(TextOutput text)
        {
            string id = Pinned.Pin.Backup.Value;
            if (Pinned.IsNew)
            {
                text.Aside($"{id} is pinned: no cleanup removes it until `llmspell backup unpin {id}`");
            }
            else
            {
                text.Remark($"{id} is pinned already, {SafeText.OneLine(PinText.Long(Pinned.Pin, text))}; to give another reason, unpin it first");
            }
        }
    }
}
