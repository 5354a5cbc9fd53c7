namespace LlmSpell.State.Tests.Store;

/// <summary>A clock whose one timer runs when a test says so.</summary>
internal sealed class ManualTimer : TimeProvider
{
    private Action? _callback;

    /// <summary>When the timer would run next, from when that was set; infinite: not at all.</summary>
    internal TimeSpan DueTime { get; private set; }

    /// <summary>How often it would run after that by itself; infinite: not at all.</summary>
    internal TimeSpan Period { get; private set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _callback = () => callback(state);
        Timer timer = new(this);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs the callback, which a timer may still do after it was disposed.</summary>
    internal void Fire()
    {
        DueTime = Period;
        _callback!();
    }

    private sealed class Timer(ManualTimer clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            (clock.DueTime, clock.Period) = (dueTime, period);
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
