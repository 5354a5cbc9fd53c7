using System.Runtime.InteropServices;
using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Tests.Hosting;

public sealed class InterruptionTests
{
    private static readonly CommandLineHost Host = new()
    {
        OpenInput = static () => Stream.Null,
        Output = Stream.Null,
        Error = Stream.Null,
        Environment = static _ => null,
        WorkingFolder = "/",
    };

    [Fact]
    public void The_first_signal_cancels_and_the_second_ends_the_process()
    {
        using Interruption interruption = new(Host);

        Assert.True(Signal(interruption));
        Assert.True(interruption.Token.IsCancellationRequested);
        Assert.False(Signal(interruption));
    }

    [Fact]
    public void A_terminal_that_goes_away_says_so_twice_and_what_was_begun_still_ends_in_order()
    {
        using Interruption interruption = new(Host);

        Assert.True(Signal(interruption, PosixSignal.SIGHUP));
        Assert.True(interruption.Token.IsCancellationRequested);
        Assert.True(Signal(interruption, PosixSignal.SIGHUP));
        Assert.False(Signal(interruption));
    }

    [Fact]
    public void A_signal_that_was_under_way_when_the_command_ended_is_left_to_the_system()
    {
        Interruption interruption = new(Host);
        interruption.Dispose();

        Assert.False(Signal(interruption));
    }

    /// <returns>Whether the process goes on.</returns>
    private static bool Signal(Interruption interruption, PosixSignal signal = PosixSignal.SIGINT)
    {
        PosixSignalContext context = new(signal);
        interruption.Handle(context);
        return context.Cancel;
    }
}
