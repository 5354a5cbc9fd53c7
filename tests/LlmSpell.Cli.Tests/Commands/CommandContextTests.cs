using LlmSpell.Cli.Commands;
using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class CommandContextTests
{
    [Fact]
    public void Everything_is_closed_whatever_does_not_close()
    {
        CommandLineHost host = new()
        {
            OpenInput = static () => Stream.Null,
            Output = Stream.Null,
            Error = Stream.Null,
            Environment = static _ => null,
            WorkingFolder = "/",
        };
        CommandContext context = new(null!, null!, null!, [], host, null!);
        List<string> closed = [];
        context.Own(new Closing(() => closed.Add("first")));
        context.Own(new Closing(static () => throw new IOException("no")));
        context.Own(new Closing(() => closed.Add("last")));
        CancellationToken interrupt = context.Interrupt;

        Assert.Throws<IOException>(context.Dispose);

        Assert.Equal(["last", "first"], closed);
        Assert.Throws<ObjectDisposedException>(() => interrupt.WaitHandle);
    }

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
