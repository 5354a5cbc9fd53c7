using System.CommandLine;
using System.Text;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateListCommand
{
    public static Command Create()
    {
        Argument<string> scope = StateArguments.Scope();
        Option<string?> prefix = StateArguments.Prefix();
        Option<string?> backup = BackupReference.Option();
        Option<bool> isLong = Flag.Create("With the size and the time of each.", "--long", "-l");
        return new HandledCommand(
            "list", "List the keys of a scope.",
            async context => context.Value(backup) is { } reference
                ? await BackupReference.UseAsync(
                    [reference], () => RunAsync(context, context.Value(scope)!, context.Value(prefix) ?? "", context.Value(isLong), reference))
                : Run(context, context.Value(scope)!, context.Value(prefix) ?? "", context.Value(isLong)))
        {
            Arguments = { scope },
            Options = { prefix, isLong, backup },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell state list global", "List the keys of a scope."),
                new("llmspell state list global --prefix gree", "Only those that start so."),
                new("llmspell state list global --long", "As a table with sizes and times."),
                new("llmspell state list global --backup latest", "Those that a backup has, without restoring it."),
            ],
        };
    }

    private static async Task<Result> RunAsync(CommandContext context, string scope, string prefix, bool isLong, string reference)
    {
        StateArguments.CheckScope(scope);
        if (isLong)
        {
            throw new CommandException(
                ExitCodes.Usage, "--long and --backup do not go together: keys are listed without reading their values", "`llmspell state get SCOPE KEY --backup ID --output json` gives the size and time of one.");
        }

        BackupSummary backup = await BackupReference.ResolveAsync(context, reference);
        IReadOnlyList<string> keys = await context.Repository.ListKeysAsync(backup.Id.Value, scope, prefix, context.Interrupt);
        if (keys.Count == 0)
        {
            context.Output.Remark($"backup {backup.Id} has no such key in scope {SafeText.OneLine(scope)}");
        }

        return new Result(scope, [.. keys.Select(static key => new Key(key, 0, 0))], IsLong: false);
    }

    private static Result Run(CommandContext context, string scope, string prefix, bool isLong)
    {
        StateArguments.CheckScope(scope);
        if (StateArguments.ExistingOrRemark(context) is not { } store)
        {
            return new Result(scope, [], isLong);
        }

        List<Key> keys = Read(store, KeyRange.WithPrefix(Encoding.UTF8.GetBytes(scope), Encoding.UTF8.GetBytes(prefix)), isLong);
        if (keys.Count == 0)
        {
            StateArguments.RemarkIfNoScope(context, store, scope);
        }

        return new Result(scope, keys, isLong);
    }

    private static List<Key> Read(StateStore store, KeyRange range, bool isLong)
    {
        List<Key> keys = [];
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(range);
        while (cursor.MoveNext())
        {
            string name = Encoding.UTF8.GetString(cursor.Key);
            keys.Add(isLong ? new Key(name, cursor.Value.Length, cursor.ModifiedAt) : new Key(name, 0, 0));
        }

        return keys;
    }

    private readonly record struct Key(string Name, long Size, long ModifiedAt);

    private sealed record Result(string Scope, IReadOnlyList<Key> Keys, bool IsLong) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("scope"u8, Scope);
            JsonText.WriteList(json, "keys"u8, Keys.Select(key => key.Name));
            if (!IsLong)
            {
                return;
            }

            json.WriteStartArray("details"u8);
            foreach (Key key in Keys)
            {
                json.WriteStartObject();
                json.WriteString("key"u8, key.Name);
                json.WriteNumber("size"u8, key.Size);
                json.WriteString("modified_at"u8, StateTime.Exact(key.ModifiedAt));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        public void WriteText(TextOutput text)
        {
            if (!IsLong)
            {
                foreach (Key key in Keys)
                {
                    text.Line(SafeText.OneLine(key.Name));
                }
            }
            else if (Keys.Count > 0)
            {
                var table = new TextTable("~KEY", ">SIZE", "MODIFIED");
                foreach (Key key in Keys)
                {
                    table.Add(key.Name, Quantities.Size(key.Size), text.Time(StateTime.Moment(key.ModifiedAt)));
                }

                table.WriteTo(text);
            }
        }
    }
}
