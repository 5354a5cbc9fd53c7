using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// The meter and the activities of backups, for <c>dotnet-counters</c> and OpenTelemetry. docs/operations.md names them; they cost next
/// to nothing while nobody listens.
/// </summary>
internal static class BackupTelemetry
{
    internal const string Name = "LlmSpell.Backup";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "llmspell.backup.duration", "s", "How long operations on backups took.");
    private static readonly Counter<long> Entries = Meter.CreateCounter<long>(
        "llmspell.backup.entries", "{entry}", "How many entries the backups have that were created or restored.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        "llmspell.backup.bytes", "By", "What creates added to repositories, and what restores read.");

    /// <summary>Runs an operation inside an activity, and measures it.</summary>
    /// <param name="operation">What it is, as in <c>create</c>.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="run">Does it.</param>
    /// <param name="describe">What it dealt with; null where that cannot be said.</param>
    internal static async Task<T> MeasureAsync<T>(
        string operation, TimeProvider clock, Func<Task<T>> run, Func<T, OperationFacts?> describe)
    {
        using Activity? activity = Activities.StartActivity("backup." + operation);
        long started = clock.GetTimestamp();
        TagList tags = new() { { "operation", operation } };
        try
        {
            T result = await run().ConfigureAwait(false);
            tags.Add("outcome", "ok");
            if (describe(result) is { } facts)
            {
                tags.Add("kind", facts.Kind);
                Entries.Add(facts.Entries, tags);
                Bytes.Add(facts.Bytes ?? 0, tags);
                activity?.SetTag("backup.id", facts.Id.Value).SetTag("backup.kind", facts.Kind)
                    .SetTag("backup.entries", facts.Entries).SetTag("backup.bytes", facts.Bytes);
            }

            return result;
        }
        catch (Exception e)
        {
            tags.Add("outcome", e is OperationCanceledException ? "cancelled" : e is StateBusyException ? "busy" : "failed");
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            Duration.Record(clock.GetElapsedTime(started).TotalSeconds, tags);
        }
    }
}
