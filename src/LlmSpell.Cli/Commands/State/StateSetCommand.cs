using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateSetCommand
{
    private const string StandardInput = "-";
    private const int MaxShown = 60;

    public static Command Create()
    {
        Argument<string> scope = StateArguments.Scope();
        Argument<string> key = StateArguments.KeyName();
        Argument<string> value = new("VALUE") { Description = "The value as JSON; - reads it from standard input." };
        Option<bool> text = Flag.Create("Take VALUE as text, not as JSON; bytes of standard input that are no text are kept too.", "--string");
        return new HandledCommand(
            "set", "Store one value.",
            context => RunAsync(context, context.Value(scope)!, context.Value(key)!, context.Value(value)!, context.Value(text)))
        {
            Arguments = { scope, key, value },
            Options = { text },
            Examples = static () =>
            [
                new("llmspell state set global retries 3", "Store a number."),
                new("llmspell state set user:1 profile '{\"name\": \"Ada\", \"tags\": [\"admin\"]}'", "Store a table."),
                new("llmspell state set user:1 name --string Ada", "Store text without quoting it as JSON."),
                new("printf '%s' \"$TOKEN\" | llmspell state set system token --string -", "Store text that must not stand in a command line."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string scope, string key, string argument, bool isText)
    {
        StateKey name = StateArguments.Key(scope, key);
        bool isInput = argument == StandardInput;
        byte[] bytes = isInput ? await InputBytes.ReadAllAsync(context, LongestInput(context)) : Utf8Of(argument);
        StateValue value = isText ? TextOf(bytes) : Parse(bytes, isInput ? null : argument);
        StateStore store = StateArguments.ForWriting(context);
        if (value.Bytes.Length > store.MaxValueBytes)
        {
            throw new CommandException(
                ExitCodes.Usage,
                $"the value takes {Quantities.Size(value.Bytes.Length)}; the state takes at most {Quantities.Size(store.MaxValueBytes)}",
                "Raise runtime.state_persistence.max_state_size_bytes, or store it in parts.");
        }

        bool replaced = store.Transact(transaction =>
        {
            bool isThere = transaction.Contains(name);
            transaction.Save(name, value);
            return isThere;
        });
        return new Result(scope, key, value, replaced);
    }

    // JSON can be several times as long as the value that it stands for.
    private static long LongestInput(CommandContext context) => 16L * context.Workspace.Configuration.State.MaxValueBytes;

    private static byte[] Utf8Of(string argument)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(argument);
        }
        catch (EncoderFallbackException)
        {
            throw new CommandException(ExitCodes.Usage, "VALUE is not valid Unicode", "Bytes that are not text come from standard input: --string -");
        }
    }

    private static StateValue TextOf(byte[] bytes) => Utf8.IsValid(bytes) ? StateValue.From(Encoding.UTF8.GetString(bytes)) : StateValue.From((ReadOnlySpan<byte>)bytes);

    private static StateValue Parse(byte[] json, string? shown)
    {
        try
        {
            return StateValueJson.Parse(json);
        }
        catch (JsonException error)
        {
            string what = shown is null ? "what standard input holds" : shown.Length == 0 ? "an empty VALUE" : SafeText.OneLine(shown.Length <= MaxShown ? shown : $"{shown.AsSpan(0, MaxShown)}…");
            throw new CommandException(
                ExitCodes.Usage, $"{what} is no JSON value: {error.Message}", "Text stands in double quotes, inside single ones for the shell; or add --string to store it as it is.");
        }
    }

    private sealed record Result(string Scope, string Key, StateValue Value, bool Replaced) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("scope"u8, Scope);
            json.WriteString("key"u8, Key);
            json.WriteString("kind"u8, ValueJson.KindName(Value));
            json.WriteNumber("size"u8, Value.Bytes.Length);
            json.WriteBoolean("replaced"u8, Replaced);
        }

        public void WriteText(TextOutput text) => text.Line(
            $"{(Replaced ? "replaced" : "added")} {SafeText.OneLine(Key)} in {SafeText.OneLine(Scope)}: {ValueJson.Describe(Value)}");
    }
}
