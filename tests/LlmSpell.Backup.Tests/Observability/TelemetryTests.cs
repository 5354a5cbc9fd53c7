using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Observability;

/// <summary>The names and tags that docs/operations.md promises.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly StateStore _store = new(new MemoryBackend());
    private readonly BackupService _service;

    public TelemetryTests() => _service = new BackupService(() => _store, new MemoryStorage());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Operations_are_activities_with_what_they_dealt_with()
    {
        ConcurrentQueue<Activity> activities = [];
        using Activity parent = new Activity("test").Start();
        using ActivityListener listener = ListenTo(activities);

        _store.Save(("global", "greeting"), "hello");
        BackupSummary backup = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup;
        await _service.ValidateAsync(backup.Id.Value, Cancel);
        await _service.RestoreAsync(backup.Id.Value, Cancel);
        await Assert.ThrowsAsync<BackupNotFoundException>(() => _service.RestoreAsync("none", Cancel));

        // Other tests run beside this one.
        Activity[] own = [.. activities.Where(activity => activity.TraceId == parent.TraceId)];
        Assert.Equal(["backup.create", "backup.validate", "backup.restore", "backup.restore"], own.Select(static activity => activity.OperationName));
        Assert.Equal(backup.Id.Value, own[0].GetTagItem("backup.id"));
        Assert.Equal("full", own[0].GetTagItem("backup.kind"));
        Assert.Equal(1L, own[0].GetTagItem("backup.entries"));
        Assert.Equal(ActivityStatusCode.Error, own[3].Status);
    }

    [Fact]
    public async Task A_restore_of_selected_entries_counts_those_that_it_changed()
    {
        ConcurrentQueue<Activity> activities = [];
        using Activity parent = new Activity("test").Start();
        using ActivityListener listener = ListenTo(activities);
        for (int i = 0; i < 5; i++)
        {
            _store.Save(("global", $"key {i}"), i);
        }

        string id = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        _store.Save(("global", "key 3"), 7);
        await _service.RestoreAsync(id, new RestoreRequest { Selection = EntrySelection.Of([], ["key"]) }, progress: null, Cancel);

        Activity restore = activities.Single(activity => activity.TraceId == parent.TraceId && activity.OperationName == "backup.restore");
        Assert.Equal(1L, restore.GetTagItem("backup.entries"));
        Assert.Null(restore.GetTagItem("backup.bytes"));
    }

    [Fact]
    public async Task Operations_are_measured()
    {
        ConcurrentQueue<(string Name, double Value, string? Operation, string? Outcome)> measured = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "LlmSpell.Backup")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, Tag(tags, "operation"), Tag(tags, "outcome"))));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, Tag(tags, "operation"), Tag(tags, "outcome"))));
        listener.Start();

        for (int i = 0; i < 77; i++)
        {
            _store.Save(("global", $"key {i}"), i);
        }

        BackupSummary backup = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _service.CreateAsync(new CreateRequest(), new CancellationToken(canceled: true)));

        Assert.Contains(measured, static entry => entry is ("llmspell.backup.duration", >= 0, "create", "ok"));
        Assert.Contains(measured, static entry => entry is ("llmspell.backup.duration", _, "create", "cancelled"));
        Assert.Contains(("llmspell.backup.entries", 77d, "create", "ok"), measured);
        Assert.Contains(("llmspell.backup.bytes", backup.SizeBytes, "create", "ok"), measured);
    }

    private static ActivityListener ListenTo(ConcurrentQueue<Activity> activities)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == "LlmSpell.Backup",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == name)
            {
                return tag.Value as string;
            }
        }

        return null;
    }
}
