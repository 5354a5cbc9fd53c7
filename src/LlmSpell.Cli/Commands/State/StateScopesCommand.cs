using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Output.Progress;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateScopesCommand
{
    public static Command Create()
    {
        Option<bool> isLong = Flag.Create("With how many keys each has, their size and the newest time; reads the whole state.", "--long", "-l");
        return new HandledCommand(
            "scopes", "List the scopes that have keys.",
            context => Task.FromResult<ICommandResult>(Run(context, context.Value(isLong))))
        {
            Options = { isLong },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell state scopes", "List the scopes; state list shows what is in one."),
                new("llmspell state scopes --long", "As a table with the number of keys, sizes and times."),
            ],
        };
    }

    private static Result Run(CommandContext context, bool isLong)
    {
        if (StateArguments.ExistingOrRemark(context) is not { } store)
        {
            return new Result([], isLong ? [] : null);
        }

        if (!isLong)
        {
            return new Result(store.ListScopes(), null);
        }

        using IStateSnapshot snapshot = store.OpenSnapshot();
        using ProgressBar progress = context.Output.StartProgress("reading the state", ProgressUnit.Entries, snapshot.Status.Entries);
        List<ScopeSummary> details = ScopeSummary.ReadAll(snapshot, progress, context.Interrupt);
        return new Result([.. details.Select(scope => scope.Name)], details);
    }

    private sealed record Result(IReadOnlyList<string> Scopes, IReadOnlyList<ScopeSummary>? Details) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            JsonText.WriteList(json, "scopes"u8, Scopes);
            if (Details is null)
            {
                return;
            }

            json.WriteStartArray("details"u8);
            foreach (ScopeSummary scope in Details)
            {
                json.WriteStartObject();
                json.WriteString("scope"u8, scope.Name);
                json.WriteNumber("entries"u8, scope.Entries);
                json.WriteNumber("size"u8, scope.Size);
                json.WriteString("modified_at"u8, StateTime.Exact(scope.ModifiedAt));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        public void WriteText(TextOutput text)
        {
            if (Details is null)
            {
                foreach (string scope in Scopes)
                {
                    text.Line(SafeText.OneLine(scope));
                }
            }
            else if (Details.Count > 0)
            {
                var table = new TextTable("~SCOPE", ">KEYS", ">SIZE", "MODIFIED");
                foreach (ScopeSummary scope in Details)
                {
                    table.Add(scope.Name, Quantities.Count(scope.Entries), Quantities.Size(scope.Size), text.Time(StateTime.Moment(scope.ModifiedAt)));
                }

                table.WriteTo(text);
            }
        }
    }
}
