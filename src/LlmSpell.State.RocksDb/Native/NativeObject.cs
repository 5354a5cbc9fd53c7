using System.Runtime.InteropServices;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>Owns one object of RocksDB's that nothing else depends on: options, a cache, a batch.</summary>
internal sealed unsafe class NativeObject : SafeHandle
{
    private readonly delegate*<nint, void> _free;

    internal NativeObject(nint pointer, delegate*<nint, void> free)
        : base(0, ownsHandle: true)
    {
        _free = free;
        SetHandle(pointer);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Valid while this object is reachable and not disposed; its user keeps it so.</summary>
    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        _free(handle);
        return true;
    }
}
