namespace LlmSpell.Cli.Output.Progress;

/// <summary>
/// A line on the terminal that shows that something goes on, how far it is and how long it will take. It appears when that something
/// has run for half a second, is drawn at most ten times a second however often the numbers change, and is gone after
/// <see cref="Dispose"/>. Off a terminal it does nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Setting a number costs a store to memory: a timer draws. What else goes to the terminal meanwhile goes through the same
/// <see cref="OutputWriter"/>, which takes the line away before.
/// </remarks>
internal sealed class ProgressBar : IProgress<long>, IDisposable
{
    private const long Unknown = -1;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private readonly ProgressTerminal? _terminal;
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;
    private Stage _stage;
    private long _done;
    private long _total;

    /// <param name="label">What is going on, as in <c>making the backup</c>.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="total">How many there are; null if nobody knows.</param>
    /// <param name="terminal">Where to draw; null for nowhere.</param>
    /// <param name="clock">The time.</param>
    public ProgressBar(string label, ProgressUnit unit, long? total, ProgressTerminal? terminal, TimeProvider clock)
    {
        (_terminal, _clock) = (terminal, clock);
        _stage = new Stage(label, unit, clock.GetTimestamp());
        _total = total ?? Unknown;
        _timer = terminal is null ? null : clock.CreateTimer(_ => Draw(), null, Patience, RedrawInterval);
    }

    /// <summary>How many there are; null if nobody knows.</summary>
    public long? Total
    {
        get => Volatile.Read(ref _total) is var total and not Unknown ? total : null;
        set => Volatile.Write(ref _total, value ?? Unknown);
    }

    /// <summary>Goes on to something else that is part of the same: counts and times from here.</summary>
    public void Begin(string label, ProgressUnit unit, long? total)
    {
        Report(0);
        Total = total;
        Volatile.Write(ref _stage, new Stage(label, unit, _clock.GetTimestamp()));
    }

    /// <summary>Sets how many are done.</summary>
    public void Report(long value) => Volatile.Write(ref _done, value);

    /// <summary>Adds to how many are done.</summary>
    public void Advance(long by = 1) => Interlocked.Add(ref _done, by);

    public void Dispose()
    {
        _timer?.Dispose();
        _terminal?.Remove(this);
    }

    internal ProgressState State
    {
        get
        {
            Stage stage = Volatile.Read(ref _stage);
            return new ProgressState(stage.Label, stage.Unit, Volatile.Read(ref _done), Total, _clock.GetElapsedTime(stage.Start));
        }
    }

    private void Draw() => _terminal!.Draw(this);

    private sealed record Stage(string Label, ProgressUnit Unit, long Start);
}
