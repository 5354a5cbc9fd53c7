using System.Runtime.CompilerServices;

// Every signature is blittable; nothing may be converted, copied or pinned behind the calls.
[assembly: DisableRuntimeMarshalling]
