using System.CommandLine;
using System.Text;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Cli.Commands.State;

internal static class StateGetCommand
{
    public static Command Create()
    {
        Argument<string> scope = StateArguments.Scope();
        Argument<string> key = StateArguments.KeyName();
        Option<string?> backup = BackupReference.Option();
        Option<bool> raw = Flag.Create("The bytes of a string as they are, without quotes and without a line end.", "--raw");
        return new HandledCommand(
            "get", "Print one value as JSON.",
            context => RunAsync(context, context.Value(scope)!, context.Value(key)!, context.Value(raw), context.Value(backup)))
        {
            Arguments = { scope, key },
            Options = { raw, backup },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell state get global greeting", "Print the value of the key greeting."),
                new("llmspell state get user:1 name --output json", "With its scope, key, size and time, for a program to read."),
                new("llmspell state get user:1 photo --raw > photo.jpg", "Write the bytes of a string into a file."),
                new("llmspell state get global greeting --backup latest", "What it was in a backup, without restoring that."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string scope, string key, bool raw, string? backup)
    {
        if (raw && context.IsJson)
        {
            throw new CommandException(ExitCodes.Usage, "--raw and --output json exclude each other", "Without --raw, the JSON holds the value with its size and time.");
        }

        StateKey name = StateArguments.Key(scope, key);
        (StateValue value, long modifiedAt) = backup is null
            ? ReadPresent(context, name) : await BackupReference.UseAsync([backup], () => ReadBackupAsync(context, backup, name));
        return raw ? WriteRaw(context, value) : new Result(scope, key, value, modifiedAt, context.Host.IsOutputTerminal);
    }

    private static (StateValue Value, long ModifiedAt) ReadPresent(CommandContext context, StateKey key)
    {
        using PooledBuffer buffer = new();
        using IStateSnapshot snapshot = StateArguments.Existing(context).OpenSnapshot();
        return !snapshot.TryRead(key, buffer, out long modifiedAt) ? throw StateArguments.NoKey(key.ScopeText, key.KeyText)
            : StateValueRules.Problem(buffer.Written) is { } problem ? throw StateArguments.Damaged(key, $"is not a value: {problem}")
            : (StateValue.FromStored(buffer.Written.ToArray()), modifiedAt);
    }

    private static async Task<(StateValue Value, long ModifiedAt)> ReadBackupAsync(CommandContext context, string reference, StateKey key)
    {
        BackupSummary backup = await BackupReference.ResolveAsync(context, reference);
        return await context.Repository.LoadAsync(backup.Id.Value, key, context.Interrupt) is { } entry
            ? (entry.Value, UnixTime.Microseconds(entry.ModifiedAt))
            : throw new CommandException(
                ExitCodes.NotFound, $"backup {backup.Id} has no key {SafeText.OneLine(key.KeyText)} in scope {SafeText.OneLine(key.ScopeText)}",
                $"`llmspell state list {ShellWord.Of(key.ScopeText)} --backup {backup.Id}` lists the keys that it has there.");
    }

    private static NoFurtherResult WriteRaw(CommandContext context, StateValue value)
    {
        byte[] bytes = value.Kind switch
        {
            StateValueKind.String => Encoding.UTF8.GetBytes(value.AsString()),
            StateValueKind.Binary => value.AsBinary(),
            _ => throw new CommandException(
                ExitCodes.Usage, $"the value is no string but {Article(value.Kind)} {ValueJson.KindName(value)}, which has no raw bytes", "Without --raw it is printed as JSON."),
        };
        context.Host.Output.Write(bytes);
        context.Host.Output.Flush();
        return new NoFurtherResult();
    }

    private static string Article(StateValueKind kind) => kind is StateValueKind.Integer or StateValueKind.Array ? "an" : "a";

    private sealed record Result(string Scope, string Key, StateValue Value, long ModifiedAt, bool IsTerminal) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("scope"u8, Scope);
            json.WriteString("key"u8, Key);
            json.WritePropertyName("value"u8);
            StateValueJson.Write(json, Value);
            json.WriteString("kind"u8, ValueJson.KindName(Value));
            json.WriteNumber("size"u8, Value.Bytes.Length);
            json.WriteString("modified_at"u8, StateTime.Exact(ModifiedAt));
        }

        public void WriteText(TextOutput text) => text.Line(ValueJson.Text(Value, IsTerminal));
    }
}
