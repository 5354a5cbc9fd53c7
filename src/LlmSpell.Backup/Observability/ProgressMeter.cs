namespace LlmSpell.Backup;

/// <summary>
/// Counts what an operation does and tells whoever wants to know, ten times a second at the most and at the end of each stage.
/// Thread-safe: blocks are counted by the threads that deal with them.
/// </summary>
internal sealed class ProgressMeter(IProgress<BackupProgress> sink, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _reporting = new();
    private BackupStage? _stage;
    private long? _totalEntries;
    private long? _totalBytes;
    private long _started;
    private long _reported;
    private long _entries;
    private long _bytes;

    /// <summary>Begins a stage, and ends the one before.</summary>
    internal void Begin(BackupStage stage, long? totalEntries = null, long? totalBytes = null)
    {
        lock (_reporting)
        {
            Report();
            (_stage, _totalEntries, _totalBytes) = (stage, totalEntries, totalBytes);
            (_entries, _bytes) = (0, 0);
            _started = clock.GetTimestamp();
            Report();
        }
    }

    /// <summary>Counts a block.</summary>
    internal void Add(long entries, long bytes)
    {
        Interlocked.Add(ref _entries, entries);
        Interlocked.Add(ref _bytes, bytes);
        if (clock.GetElapsedTime(Volatile.Read(ref _reported)) >= Interval && _reporting.TryEnter())
        {
            try
            {
                Report();
            }
            finally
            {
                _reporting.Exit();
            }
        }
    }

    /// <summary>Ends the last stage.</summary>
    internal void End()
    {
        lock (_reporting)
        {
            Report();
        }
    }

    private void Report()
    {
        if (_stage is not { } stage)
        {
            return;
        }

        Volatile.Write(ref _reported, clock.GetTimestamp());
        sink.Report(new BackupProgress(
            stage, Interlocked.Read(ref _entries), _totalEntries, Interlocked.Read(ref _bytes), _totalBytes, clock.GetElapsedTime(_started)));
    }
}
