namespace LlmSpell.State.Tests.Store;

/// <summary>A clock whose one timer runs when a test says so.</summary>
internal sealed class ManualTimer : TimeProvider
{
    private Action? _callback;

    internal TimeSpan Period { get; private set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _callback = () => callback(state);
        Period = period;
        return new Timer();
    }

    /// <summary>Runs the callback, which a timer may still do after it was disposed.</summary>
    internal void Fire() => _callback!();

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
