document.getElementById('root')?.append('Muxwell');
