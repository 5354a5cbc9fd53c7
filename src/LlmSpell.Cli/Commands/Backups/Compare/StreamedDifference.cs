using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups.Compare;

/// <summary>Differences written as they are found.</summary>
/// <param name="compare">Compares, and gives each difference to the argument, if there is one. Which backups it compares is settled when it gives the first.</param>
internal sealed class StreamedDifference<T>(Func<Action<EntryDifference>?, Task<T>> compare) : IStreamedResult
{
    /// <summary>Whether each entry is shown, or only sums.</summary>
    public required bool ShowsEntries { get; init; }

    /// <summary>Whether of each entry values and fields are shown.</summary>
    public required bool ShowsFields { get; init; }

    /// <summary>Writes what is known at the first difference.</summary>
    public required Action<Utf8JsonWriter> JsonBefore { get; init; }

    /// <summary>Writes the rest.</summary>
    public required Action<Utf8JsonWriter, T> JsonAfter { get; init; }

    public required Action<TextOutput, T> TextAfter { get; init; }

    public ExitCode Code { get; private set; } = ExitCodes.Done;

    // Half a document would be none: what fails on the way ends this one.
    public void WriteJson(Utf8JsonWriter json)
    {
        bool isBegun = false;
        T? found = default;
        Failure? failure = null;
        try
        {
            found = Run(ShowsEntries ? WriteDifference : null);
        }
        catch (Exception error) when (error is StateException or OperationCanceledException)
        {
            failure = Failure.From(error);
        }

        Begin();
        if (ShowsEntries)
        {
            json.WriteEndArray();
        }

        if (failure is null)
        {
            JsonAfter(json, found!);
        }
        else
        {
            Code = failure.Code;
            FailureJson.Write(json, failure);
        }

        void Begin()
        {
            if (isBegun)
            {
                return;
            }

            isBegun = true;
            JsonBefore(json);
            if (ShowsEntries)
            {
                json.WriteStartArray("differences"u8);
            }
        }

        void WriteDifference(EntryDifference difference)
        {
            Begin();
            DifferenceJson.Write(json, difference, ShowsFields);
        }
    }

    public void WriteText(TextOutput text) =>
        TextAfter(text, Run(ShowsEntries ? difference => DifferenceText.Write(text, difference, ShowsFields) : null));

    // A result is written by the one thread that the command line has.
    private T Run(Action<EntryDifference>? each) => compare(each).GetAwaiter().GetResult();
}
