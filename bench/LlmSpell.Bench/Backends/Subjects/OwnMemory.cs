using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>Our store in memory: it has nothing to flush, and closing it would lose it.</summary>
internal sealed class OwnMemory(string folder) : OwnStore("memory", folder)
{
    private bool _open;

    internal override string Description => "`StateStore` on the memory backend: what the store costs without a database";

    internal override bool Supports(BackendStep step) => !step.IsStrict() && step != BackendStep.Open;

    internal override void Open(bool strict)
    {
        if (!_open)
        {
            base.Open(strict);
            _open = true;
        }
    }

    internal override void Close()
    {
    }

    protected override void End() => base.Close();

    protected override IStateBackend OpenBackend(string folder, bool strict) => new MemoryBackend();
}
